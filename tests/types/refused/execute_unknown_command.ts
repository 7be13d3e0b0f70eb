import { decider, events, execute } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const Placed = events<{ Placed: { sku: string } }>();
const order = decider(Placed, { initial: () => 0, evolve: (sum) => sum + 1, decide: (_: "place") => [] });
// @ts-expect-error: Argument of type '"ship"' is not assignable to parameter of type '"place"'
await execute(memory().store("a", Placed), order, "order.1", "ship");
