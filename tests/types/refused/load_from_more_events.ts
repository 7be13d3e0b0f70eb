import { decider, events, load } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const order = decider(events<{ Placed: null }>(), { initial: () => 0, evolve: (n) => n + 1, decide: () => [] });
const store = memory().store("a", events<{ Placed: null; Shipped: null }>());
// @ts-expect-error: Type '"Shipped"' is not assignable to type '"Placed"'
await load(store, order, "order.1");
