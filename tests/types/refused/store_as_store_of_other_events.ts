import { events, type EventStore } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const store = memory().store("a", events<{ Placed: { sku: string } }>());
// @ts-expect-error: is not assignable to type
export const other: EventStore<{ Shipped: { at: string } }> = store;
