import { decider, events } from "@flowmade-one/aether";

decider(events<{ Placed: null; Shipped: null }>(), {
  types: ["Placed"],
  initial: () => 0,
  // @ts-expect-error: This comparison appears to be unintentional because the types '"Placed"' and '"Shipped"' have no overlap
  evolve: (sum, event) => event.type === "Shipped" ? sum + 1 : sum,
  decide: () => [],
});
