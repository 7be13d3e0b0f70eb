import { events, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const Orders = events({ Placed: { schema: unchecked<{ sku: string }>(), formerly: ["OrderPlaced"] } });
const placed = [{ type: "OrderPlaced" as const, data: { sku: "A" } }];
// @ts-expect-error: Type '"OrderPlaced"' is not assignable to type '"Placed"'
await memory().store("a", Orders).append("order.1", placed, { expectedVersion: 0 });
