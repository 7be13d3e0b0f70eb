/**
 * Hosted actors: the owner of an actor keeps its state in memory and executes its commands one at a time, in this
 * process or in another node of a cluster.
 *
 * @example Actors of one process
 * ```ts
 * import { decider, events } from "@flowmade-one/aether";
 * import { hostActors } from "@flowmade-one/aether/hosting";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const CounterEvents = events<{ Counted: { by: number } }>();
 * const counter = decider(CounterEvents, {
 *   initial: () => ({ sum: 0 }),
 *   evolve: ({ sum }, event) => ({ sum: sum + event.data.by }),
 *   decide: (by: number) => [{ type: "Counted", data: { by } }],
 * });
 *
 * await using backend = memory();
 * await using counters = hostActors(backend.store("tenant-a", CounterEvents), counter);
 * await counters.execute("visits", 2);
 * assertEquals((await counters.execute("visits", 3)).version, 2);
 * assertEquals(counters.stats.loads, 1);
 * ```
 *
 * @module
 */
export { hostActors } from "./src/hosting/host_actors.ts";
export type {
  ActorHost,
  AnswerOf,
  ClusterHostOptions,
  HostedJson,
  HostedOptions,
  HostedResult,
  HostStats,
  LocalHostOptions,
} from "./src/hosting/actor_host.ts";
