import { decider, event, events } from "@flowmade-one/aether";

decider(events<{ Placed: { sku: string } }>(), {
  initial: () => 0,
  evolve: (sum) => sum + 1,
  // @ts-expect-error: Type 'number' is not assignable to type 'string'
  decide: () => [event("Placed", { sku: 7 })],
});
