import { decider, events, execute } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const order = decider(events<{ Placed: null }>(), {
  initial: () => 0,
  evolve: (n) => n + 1,
  decide: (_: "place") => [],
});
const store = memory().store("a", events<{ Placed: null; Shipped: null }>());
// @ts-expect-error: | (Decider<number, "place", { Placed: null; }> & WithTypes<{ Placed: null; }>)'
await execute(store, order, "order.1", "place");
