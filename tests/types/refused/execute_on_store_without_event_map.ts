import { decider, events, execute } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const order = decider(events<{ Placed: { sku: string } }>(), {
  types: ["Placed"],
  initial: () => 0,
  evolve: (n) => n + 1,
  decide: (_: "place") => [],
});
// @ts-expect-error: Hint<"an event type of the decider has other data in the store">
await execute(memory().store("a"), order, "order.1", "place");
