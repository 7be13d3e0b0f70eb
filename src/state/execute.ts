import type { EventMap } from "../events/event_map.ts";
import type { EventStore } from "../store/event_store.ts";
import { checkExecuteArguments } from "./check_arguments.ts";
import type { Decider, WithTypes } from "./decider.ts";
import { toExecuteSettings } from "./execute_settings.ts";
import { type AnyDecider, CommandExecution } from "./command_execution.ts";
import type { IfPartOf } from "./if_part_of.ts";
import type { ExecuteOptions, ExecuteResult } from "./options.ts";

/**
 * Executes a command: loads the actor, calls `decide`, and appends the decided events as one commit at the loaded
 * version.
 *
 * @param store A store of the decider's events. If the store has more event types, the decider must name its `types`.
 * @param decider See {@link decider}.
 * @param actorId See {@link parseActorId}.
 * @param command Passed to `decide`.
 * @param options See {@link ExecuteOptions}.
 * @returns The state and the decided events, after they were stored.
 * @throws The error that `decide`, `backoff`, `random` or `pause` threw, unchanged.
 * @throws {VersionConflictError} If the actor is not at `expectedVersion`, or if other writers appended during each of
 * the `attempts`. Nothing was stored. The `cause` is the conflict of the last append, if there was one.
 * @throws {EvolveError} If `evolve` fails for an event of the actor, or for a decided event, which is then not stored.
 * @throws {EventsExpiredError} If retention has expired events without which the state cannot be rebuilt.
 * @throws {LookbackExhaustedError} If `onExhausted` is `"refuse"`, and a commit before the `lookback` may have the
 * commit id.
 * @throws {UnknownPositionError} If the position of the `lookback` belongs to another log.
 * @throws {OutcomeUnknownError} If it is unknown whether the commit was stored, or if it was stored and could not be
 * read back. Execute the same command again with the error's `commitId` as option: if it was stored, its result is
 * returned.
 * @throws {InvalidArgumentError} If an argument, an option or a part of the decider is invalid; if `decide` does not
 * return an array of at most 1,000 events; or if `backoff` or `random` returns an invalid number. Nothing was stored.
 * @throws {InvalidEventError} If a decided event cannot be stored. Nothing was stored.
 * @throws {InvalidActorIdError} If the actor id is invalid.
 * @throws {TooLargeError} If the commit is larger than the adapter accepts.
 * @throws {QuotaExceededError} If the namespace is full.
 * @throws {UnavailableError} If the storage did not answer. Nothing was stored.
 * @throws {AbortError} If the signal was aborted before anything was stored.
 * @throws {ClosedError} If the store was closed.
 *
 * @example
 * ```ts
 * import { decider, events, execute } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const SeatEvents = events<{ Booked: { by: string } }>();
 * const seat = decider(SeatEvents, {
 *   initial: () => ({ bookedBy: "" }),
 *   evolve: (_, event) => ({ bookedBy: event.data.by }),
 *   decide: (by: string, { bookedBy }) => {
 *     if (bookedBy === by) return [];
 *     if (bookedBy !== "") throw new Error(`It is ${bookedBy}'s`);
 *     return [{ type: "Booked", data: { by } }];
 *   },
 * });
 *
 * const store = memory().store("tenant-a", SeatEvents);
 * const { state, events: booked } = await execute(store, seat, "seat.12", "Ann", { attempts: 5 });
 * assertEquals([state.bookedBy, booked.length], ["Ann", 1]);
 * assertEquals((await execute(store, seat, "seat.12", "Ann")).events, []);
 * ```
 */
export async function execute<S, C, E extends EventMap, D extends EventMap = E>(
  store: EventStore<E>,
  // Not a type alias, so that the compiler shows the message of IfPartOf. The first type is for generic callers.
  decider: Decider<S, C, NoInfer<E>> | IfPartOf<E, D, Decider<S, C, D> & WithTypes<D>>,
  actorId: string,
  command: NoInfer<C>,
  options: ExecuteOptions = {},
): Promise<ExecuteResult<S, D>> {
  checkExecuteArguments(store, decider);
  const settings = toExecuteSettings(options);
  // The compiler has checked the event maps. The execution accepts any events.
  const execution = new CommandExecution(
    store as unknown as EventStore,
    decider as unknown as AnyDecider<S, C>,
    actorId,
    command,
    settings,
  );
  return await execution.run() as ExecuteResult<S> as unknown as ExecuteResult<S, D>;
}
