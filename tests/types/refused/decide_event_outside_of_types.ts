import { decider, events } from "@flowmade-one/aether";

decider(events<{ Placed: null; Shipped: null }>(), {
  types: ["Placed"],
  initial: () => 0,
  evolve: (sum) => sum + 1,
  // @ts-expect-error: Type '"Shipped"' is not assignable to type '"Placed"'
  decide: () => [{ type: "Shipped", data: null }],
});
