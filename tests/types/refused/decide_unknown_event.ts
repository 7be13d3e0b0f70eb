import { decider, events } from "@flowmade-one/aether";

decider(events<{ Placed: { sku: string } }>(), {
  initial: () => 0,
  evolve: (sum) => sum + 1,
  // @ts-expect-error: Type '"Paid"' is not assignable to type '"Placed"'
  decide: () => [{ type: "Paid", data: { sku: "A" } }],
});
