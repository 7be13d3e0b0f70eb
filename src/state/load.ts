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
 * Loads the state of an actor by applying its events, in order, to the initial state. With snapshots, it applies the
 * events after the newest snapshot: see {@link withSnapshots}.
 *
 * @param source A store, or another source of the decider's events. If the source has more event types, the decider
 * must name its `types`.
 * @param evolver A decider; its `decide` is not needed.
 * @param actorId See {@link parseActorId}. An actor without events has the initial state.
 * @param options See {@link LoadOptions}.
 * @returns The state. Plain objects and arrays in it are frozen; the contents of a `Map`, a `Set` or a class instance
 * are not.
 * @throws {EvolveError} If `evolve` fails for an event.
 * @throws {EventsExpiredError} If retention has expired events without which the state cannot be rebuilt, and no valid
 * snapshot replaces them. A snapshot whose anchor event has expired is not valid, because nothing proves that it
 * belongs to this history.
 * @throws {InvalidActorIdError} If the actor id is invalid.
 * @throws {InvalidArgumentError} If an argument or option is invalid, or `initial` returns `undefined`.
 * @throws {UnavailableError} If the storage did not answer.
 * @throws {AbortError} If the signal was aborted.
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
  source: ReadOnlyStore<E> | EventStore<E>, // For a store of any events, the compiler infers E from the second type.
  // The second type has no evolve, so that the compiler infers the parameters of an evolve that is written inline.
  evolver: Evolver<S, NoInfer<E>> | IfPartOf<E, D, { readonly initial: () => S } & WithTypes<D>>,
  actorId: string,
  options: LoadOptions = {},
): Promise<LoadResult<S>> {
  checkLoadArguments(source, evolver);
  checkOptions(options, OPTIONS, "load");
  const { to, signal } = options;
  checkWholeNumber(to, "to", 1);
  // The compiler has checked the event maps. The loader accepts any events.
  const [anySource, anyEvolver] = [source as unknown as ReadOnlyStore, evolver as unknown as AnyEvolver<S>];
  const loading = new StateLoader(anySource, anyEvolver, actorId, { to, signal });
  const { state, version, snapshotVersion, sinceSnapshot, recent } = await loading.run();
  if (to === undefined) loading.snapshots?.writeIfDue(state, sinceSnapshot!, recent);
  return { state, version, snapshotVersion };
}
