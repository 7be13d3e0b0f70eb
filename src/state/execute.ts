import { checkFunction } from "../check/check_function.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkWholeNumber } from "../check/check_whole_number.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import type { EventMap } from "../event/event_map.ts";
import { idFlaw } from "../event/id_flaw.ts";
import { MAX_ATTEMPTS } from "../limits.ts";
import type { EventStore } from "../store/event_store.ts";
import type { Decider } from "./decider.ts";
import { type AnyDecider, Execution } from "./execution.ts";
import type { Executed, ExecuteOptions } from "./options.ts";

const OPTIONS: ReadonlySet<string> = new Set([
  "expectedVersion",
  "attempts",
  "backoff",
  "random",
  "pause",
  "commitId",
  "signal",
]);

/**
 * Executes a command: loads the actor, decides, and appends what was decided as one commit, expecting the version that was
 * loaded.
 *
 * @param store Of the events that the decider knows.
 * @param decider See {@link decider}.
 * @param actorId See {@link parseActorId}.
 * @param command Handed to `decide`.
 * @param options See {@link ExecuteOptions}.
 * @returns When the events are stored.
 * @throws What `decide` threw, as it is; and so what `backoff`, `random` or `pause` threw.
 * @throws {VersionConflictError} The actor is not at `expectedVersion`; or others appended in between, as often as there
 * were `attempts`, which the error has then. Nothing was stored. The `cause` is the last append's conflict, if there was one.
 * @throws {EvolveError} `evolve` did not take an event. If it is one of those decided on just now, they are stored.
 * @throws {EventsExpiredError} Retention has expired events that are needed: the state cannot be known.
 * @throws {OutcomeUnknownError} It could not be learned whether the commit was stored, or it was and could not be read back.
 * Execute the same command again with the error's `commitId` as option: if it was stored, its result is returned.
 * @throws {InvalidArgumentError} An option or a part of the decider is not what it must be, or `backoff` or `random` gave
 * what is no pause; nothing was stored.
 * @throws {InvalidEventError} A decided event cannot be stored as it is.
 * @throws {InvalidActorIdError} Not an actor id.
 * @throws {TooLargeError} The commit is larger than the adapter takes.
 * @throws {QuotaExceededError} The namespace is full.
 * @throws {UnreachableError} The storage did not answer; nothing was stored.
 * @throws {AbortedError} The signal was aborted before anything was stored.
 * @throws {ClosedError} The store was closed.
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
export async function execute<S, C, E extends EventMap>(
  store: EventStore<E>,
  decider: Decider<S, C, NoInfer<E>>,
  actorId: string,
  command: NoInfer<C>,
  options: ExecuteOptions = {},
): Promise<Executed<S, E>> {
  checkOptions(options, OPTIONS, "execute");
  checkWholeNumber(options.expectedVersion, "expectedVersion", 0);
  checkWholeNumber(options.attempts, "attempts", 1, MAX_ATTEMPTS);
  checkAttempts(options);
  for (const name of ["backoff", "random", "pause"] as const) checkFunction(options[name], name);
  checkCommitId(options.commitId);
  // Event maps are the compiler's business: from here on the events are any.
  const execution = new Execution(
    store as unknown as EventStore,
    decider as unknown as AnyDecider<S, C>,
    actorId,
    command,
    options,
  );
  return await execution.run() as Executed<S> as unknown as Executed<S, E>;
}

function checkAttempts({ expectedVersion, attempts = 1 }: ExecuteOptions): void {
  if (expectedVersion === undefined || attempts === 1) return;
  throw new InvalidArgumentError(
    `attempts must be 1 where a version is expected, not ${attempts}: whoever expects version ${expectedVersion} has to ` +
      `look again. Leave out one of them`,
    { argument: "attempts" },
  );
}

function checkCommitId(commitId: string | undefined): void {
  const flaw = commitId === undefined ? undefined : idFlaw(commitId);
  if (flaw !== undefined) throw new InvalidArgumentError(`commitId ${flaw}`, { argument: "commitId" });
}
