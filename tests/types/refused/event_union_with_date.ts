import { events } from "@flowmade-one/aether";

// @ts-expect-error: event data must be JSON
events<{ type: "Placed"; data: { at: Date } } | { type: "Shipped"; data: null }>();
