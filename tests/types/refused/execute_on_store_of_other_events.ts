import { decider, events, execute } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const Placed = events<{ Placed: { sku: string } }>();
const order = decider(Placed, { initial: () => 0, evolve: (sum) => sum + 1, decide: (_: "place") => [] });
// @ts-expect-error: Hint<"the decider has event types that the store does not have">
await execute(memory().store("a", events<{ Shipped: { at: string } }>()), order, "order.1", "place");
