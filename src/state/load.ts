import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import type { EventMap } from "../events/event_map.ts";
import type { EventStore, ReadOnlyStore } from "../store/event_store.ts";
import { checkLoadArguments } from "./check_arguments.ts";
import type { Evolver, WithTypes } from "./decider.ts";
import type { AnyEvolver } from "./apply_event.ts";
import type { IfPartOf } from "./if_part_of.ts";
import { StateLoader } from "./state_loader.ts";
import type { LoadOptions, LoadResult } from "./options.ts";

const OPTIONS: ReadonlySet<string> = new Set(["to", "signal"]);

/**
 * Loads the state of an actor: what its events, in order, make of the initial state. With snapshots, see
 * {@link withSnapshots}, what the events since the last one make of that.
 *
 * @param source A store, or another source of the decider's events. It may have more: the decider then names its types.
 * @param evolver A decider; its `decide` is not needed.
 * @param actorId See {@link parseActorId}. An actor without events has the initial state.
 * @param options See {@link LoadOptions}.
 * @returns The state, frozen: plain objects and arrays in it, not the contents of a `Map`, a `Set` or a class instance.
 * @throws {EvolveError} If `evolve` did not take an event.
 * @throws {EventsExpiredError} If retention has expired events that are needed, and no snapshot stands in for them: the state
 * cannot be known. A snapshot whose own event has expired does not, as nothing shows that it is of this history.
 * @throws {InvalidActorIdError} If it is not an actor id.
 * @throws {InvalidArgumentError} If an argument or option is not valid, or `initial` returns `undefined`.
 * @throws {UnavailableError} If the storage did not answer.
 * @throws {AbortedError} If the signal was aborted.
 * @throws {ClosedError} If the store was closed.
 *
 * @example
 * ```ts
 * import { decider, events, load } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const CounterEvents = events<{ Counted: { by: number } }>();
 * const counter = decider(CounterEvents, {
 *   initial: () => 0,
 *   evolve: (sum, event) => sum + event.data.by,
 *   decide: (by: number) => [{ type: "Counted", data: { by } }],
 * });
 *
 * const store = memory().store("tenant-a", CounterEvents);
 * const counted = [2, 3, 5].map((by) => ({ type: "Counted" as const, data: { by } }));
 * await store.append("visits", counted, { expectedVersion: 0 });
 * assertEquals(await load(store, counter, "visits"), { state: 10, version: 3, snapshotVersion: 0 });
 * assertEquals((await load(store, counter, "visits", { to: 2 })).state, 5);
 * ```
 */
export async function load<S, E extends EventMap, D extends EventMap = E>(
  source: ReadOnlyStore<E> | EventStore<E>, // The compiler infers the map of a store of any events from the second one.
  // The second one has no evolve, so that the compiler knows the parameters of an evolve that is written in place.
  evolver: Evolver<S, NoInfer<E>> | IfPartOf<E, D, { readonly initial: () => S } & WithTypes<D>>,
  actorId: string,
  options: LoadOptions = {},
): Promise<LoadResult<S>> {
  checkLoadArguments(source, evolver);
  checkOptions(options, OPTIONS, "load");
  const { to, signal } = options;
  checkWholeNumber(to, "to", 1);
  // Event maps are the compiler's business: from here on the events are any.
  const [any, anyEvolver] = [source as unknown as ReadOnlyStore, evolver as unknown as AnyEvolver<S>];
  const loading = new StateLoader(any, anyEvolver, actorId, { to, signal });
  const { state, version, snapshotVersion, tail, recent } = await loading.run();
  if (to === undefined) loading.snapshots?.writeIfDue(state, tail!, recent);
  return { state, version, snapshotVersion };
}
