import { decider, events } from "@flowmade-one/aether";

decider(events<{ Placed: null; Shipped: null }>(), {
  // @ts-expect-error: Type '"Placd"' is not assignable to type '"Placed" | "Shipped"'
  types: ["Placd"],
  initial: () => 0,
  evolve: (sum) => sum + 1,
  decide: () => [],
});
