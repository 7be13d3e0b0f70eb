import { events } from "@flowmade-one/aether";

// @ts-expect-error: event data must be JSON: use a string, number, boolean, null, array or plain object
events<{ Placed: { lines: { prices: Map<string, number> }[] } }>();
