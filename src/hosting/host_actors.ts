import type { Cluster } from "../cluster/cluster.ts";
import { SYSTEM_ENVIRONMENT } from "../coordination/environment.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { EventMap } from "../events/event_map.ts";
import { checkExecuteArguments } from "../state/check_arguments.ts";
import type { AnyDecider } from "../state/command_execution.ts";
import type { Decider, WithTypes } from "../state/decider.ts";
import type { IfPartOf } from "../state/if_part_of.ts";
import type { EventStore } from "../store/event_store.ts";
import type { ActorHost, AnswerOf, ClusterHostOptions, HostedJson, LocalHostOptions } from "./actor_host.ts";
import { DeciderHost } from "./decider_host.ts";
import { partsOfLog } from "../store/log_handle.ts";
import { toHostSettings } from "./host_options.ts";

/**
 * Hosts the actors of a decider: keeps their states in memory and executes the commands of each actor one at a time.
 *
 * Without a cluster, this process hosts all of them. With a cluster, the live nodes that use the same name distribute
 * the actors among themselves, and the owner of an actor executes its commands. Correctness does not depend on
 * ownership: the expected version of an append is the fence, as in `execute`.
 *
 * @param store A store of the decider's events. If the store has more event types, the decider must name its `types`.
 * @param decider See {@link decider}.
 * @param options See {@link LocalHostOptions} and {@link ClusterHostOptions}.
 * @returns The host. Its method `close` ends it.
 * @throws {InvalidArgumentError} If an argument or option is invalid, the store belongs to another backend than the
 * cluster, or this node already hosts actors under the name.
 * @throws {TooLargeError} If the services of the node would have more than 65,000 bytes: each host is one of them.
 * @throws {ClosedError} If the cluster, the store or the backend was closed.
 *
 * @example Actors of a cluster, with an answer
 * ```ts
 * import { decider, events } from "@flowmade-one/aether";
 * import { hostActors } from "@flowmade-one/aether/hosting";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const SeatEvents = events<{ Booked: { by: string } }>();
 * const seat = decider(SeatEvents, {
 *   initial: () => ({ bookedBy: "" }),
 *   evolve: (_, event) => ({ bookedBy: event.data.by }),
 *   decide: (by: string, { bookedBy }) => bookedBy === "" ? [{ type: "Booked", data: { by } }] : [],
 * });
 *
 * await using backend = memory();
 * await using cluster = await backend.join({ name: "node-1" });
 * const store = backend.store("tenant-a", SeatEvents);
 * await using seats = hostActors(store, seat, { cluster, name: "seats", answer: ({ bookedBy }) => bookedBy });
 * assertEquals((await seats.execute("seat.12", "Ann")).answer, "Ann");
 * assertEquals((await seats.execute("seat.12", "Bob")).answer, "Ann");
 * ```
 */
export function hostActors<S, C, E extends EventMap, D extends EventMap = E, A = never>(
  store: EventStore<E>,
  // Not an alias, so that the compiler shows the sentence of IfPartOf. The first type is for functions over any E.
  decider: Decider<S, C, NoInfer<E>> | IfPartOf<E, D, Decider<S, C, D> & WithTypes<D>>,
  options: LocalHostOptions<S, A> | (ClusterHostOptions<S, A> & HostedJson<C, A>) = {},
): ActorHost<C, D, AnswerOf<A>> {
  checkExecuteArguments(store, decider);
  const settings = toHostSettings<S>(options as LocalHostOptions<S, unknown> | ClusterHostOptions<S, unknown>);
  checkBackend(store as unknown as EventStore, settings.cluster);
  // The compiler has checked the event maps. The host works with events of any type.
  const host = new DeciderHost<S, C>({
    store: store as unknown as EventStore,
    decider: decider as unknown as AnyDecider<S, C>,
    settings,
    environment: SYSTEM_ENVIRONMENT,
  });
  return host as unknown as ActorHost<C, D, AnswerOf<A>>;
}

/** Commands of one backend must not reach a store of another backend, which may belong to another tenant. */
function checkBackend({ namespace, logHandle }: EventStore, cluster: Cluster | undefined): void {
  const backend = partsOfLog(logHandle)?.backend;
  if (cluster?.backendHandle === undefined || backend === undefined || backend === cluster.backendHandle) return;
  throw new InvalidArgumentError(
    `Cannot host actors of namespace "${namespace}": the store belongs to another backend than the cluster. Pass a node ` +
      `that the backend of the store has joined`,
    { argument: "cluster" },
  );
}
