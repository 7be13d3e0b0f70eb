import { checkFunction } from "../check/check_function.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkWholeNumber } from "../check/check_whole_number.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import type { AnyEvents, EventMap } from "../event/event_map.ts";
import { idFlaw } from "../event/id_flaw.ts";
import type { RecordedEventOf } from "../event/recorded_event.ts";
import { MAX_ATTEMPTS } from "../limits.ts";
import type { EventStore } from "../store/event_store.ts";
import type { Decider } from "./decider.ts";
import { type AnyDecider, Execution } from "./execution.ts";

/** How a command is executed. */
export interface ExecuteOptions {
  /**
   * The version of the actor that the command was made for, such as that of what a person saw; 0 for an actor without
   * events. At any other version nothing is decided, and the conflict is told: it is never tried again, so that
   * `attempts` may not be more than 1. Without it, the command is decided on at whatever version the actor has.
   */
  readonly expectedVersion?: number | undefined;
  /**
   * How often to load, decide and append at most, when others append in between; 1 to 1,000, by default 1: a conflict is
   * told, and not tried again.
   */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds to pause after so many conflicts, 1 or more, with a random number from 0 to below 1: 0 to 2,147,483,647,
   * the longest that a timer takes. By default a random time of which the greatest is 10 ms after the first conflict,
   * and doubles up to a second.
   */
  readonly backoff?: ((conflicts: number, random: number) => number) | undefined;
  /** Random numbers from 0 to below 1; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits so many milliseconds; by default with a timer. When the signal is aborted it may resolve early. */
  readonly pause?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /**
   * 1 to 128 visible ASCII characters that stand for this command of this actor. When one of the actor's last 256 commits
   * has this id, the command was executed: its result is returned again, and nothing is decided or appended, whatever
   * version is expected. With an `expectedVersion` the commit that follows it is looked at too, however many came after.
   * If its events have expired meanwhile, that is what it rejects with, where it is still known.
   */
  readonly commitId?: string | undefined;
  /** Aborts loading, appending and pausing; not what `decide` does. */
  readonly signal?: AbortSignal | undefined;
}

/** What a command led to. */
export interface Executed<S, E extends EventMap = AnyEvents> {
  /** The state after the events. */
  readonly state: S;
  /** The actor's version after the events. */
  readonly version: number;
  /** The events that were decided and stored, oldest first; none if the command changed nothing. */
  readonly events: readonly RecordedEventOf<E>[];
  /** Whether the command had been executed before, with the same commit id. */
  readonly duplicate: boolean;
}

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
