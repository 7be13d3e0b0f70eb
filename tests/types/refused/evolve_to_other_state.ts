import { decider, events } from "@flowmade-one/aether";

decider(events<{ Placed: { sku: string } }>(), {
  initial: () => 0,
  // @ts-expect-error: Type 'string' is not assignable to type 'number'
  evolve: (_, event) => event.data.sku,
  decide: () => [],
});
