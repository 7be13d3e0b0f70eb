import { decider, events } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { hostActors } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";

const Events = events<{ Made: { at: string } }>();
const maker = decider(Events, {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: (at: string | undefined) => [{ type: "Made", data: { at: at ?? "noon" } }],
});
declare const cluster: Cluster;
// @ts-expect-error: commands of actors that are hosted in a cluster must be JSON: they travel between processes
hostActors(memory().store("a", Events), maker, { cluster, name: "makers" });
