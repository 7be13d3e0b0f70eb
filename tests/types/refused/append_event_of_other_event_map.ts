import { events, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const Orders = events({ Placed: unchecked<{ sku: string }>() });
const Carts = events({ Added: unchecked<{ sku: string }>() });
// @ts-expect-error: Type '"Added"' is not assignable to type '"Placed"'
await memory().store("a", Orders).append("order.1", [Carts.Added({ sku: "A" })], { expectedVersion: 0 });
