import { events } from "@flowmade-one/aether";

// @ts-expect-error: an event type must be a literal, such as \"Placed\", not string
events<{ type: "Placed"; data: { sku: string } } | { type: string; data: unknown }>();
