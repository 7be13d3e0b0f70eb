import { decider, events } from "@flowmade-one/aether";

decider(events<{ Placed: { sku: string } }>(), {
  initial: () => 0,
  // @ts-expect-error: This comparison appears to be unintentional because the types '"Placed"' and '"Paid"' have no overlap
  evolve: (sum, event) => event.type === "Paid" ? sum + 1 : sum,
  decide: () => [],
});
