import { decider, events, execute } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const order = decider(events<{ Placed: null; Lost: null }>(), {
  types: ["Placed", "Lost"],
  initial: () => 0,
  evolve: (n) => n + 1,
  decide: (_: "place") => [],
});
const store = memory().store("a", events<{ Placed: null; Shipped: null }>());
// @ts-expect-error: Hint<"the decider has event types that the store does not have">
await execute(store, order, "order.1", "place");
