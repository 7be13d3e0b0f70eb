import { decider, events, load } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const order = decider(events<{ Placed: null }>(), { initial: () => 0, evolve: (n) => n + 1, decide: () => [] });
const store = memory().store("a", events<{ Placed: null; Shipped: null }>());
// @ts-expect-error: Argument of type 'Decider<number, unknown, { Placed: null; }>' is not assignable to parameter of type 'Evolver<number, NoInfer<{ Placed: null; Shipped: null; }>> | ({ readonly initial: () => number; } & WithTypes<
await load(store, order, "order.1");
