import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const store = memory().store("a", events<{ Placed: { sku: string } }>());
// @ts-expect-error: Type '"Paid"' is not assignable to type '"Placed"'
await store.append("order.1", [{ type: "Paid", data: { sku: "A" } }], { expectedVersion: 0 });
