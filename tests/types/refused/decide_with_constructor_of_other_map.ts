import { decider, events, unchecked } from "@flowmade-one/aether";

const Orders = events({ Placed: unchecked<{ sku: string }>() });
const Carts = events({ Added: unchecked<{ sku: string }>() });
decider(Orders, {
  initial: () => 0,
  evolve: (sum) => sum + 1,
  // @ts-expect-error: Type '"Added"' is not assignable to type '"Placed"'
  decide: () => [Carts.Added({ sku: "A" })],
});
