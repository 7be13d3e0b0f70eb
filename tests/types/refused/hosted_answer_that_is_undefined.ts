import { decider, events } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { hostActors } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";

const Events = events<{ Made: { at: string } }>();
const maker = decider(Events, {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: (at: string) => [{ type: "Made", data: { at: at } }],
});
declare const cluster: Cluster;
// @ts-expect-error: the answer of actors that are hosted in a cluster must be JSON: it travels between processes
hostActors(memory().store("a", Events), maker, { cluster, name: "makers", answer: () => undefined });
