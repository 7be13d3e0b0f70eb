import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const store = memory().store("a", events<{ Placed: { sku: string } }>());
// @ts-expect-error: Type 'number' is not assignable to type 'string'
await store.append("order.1", [{ type: "Placed", data: { sku: 7 } }], { expectedVersion: 0 });
