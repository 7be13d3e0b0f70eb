import { checkFunction } from "../check/check_function.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkWholeNumber } from "../check/check_whole_number.ts";
import { AbortedError } from "../error/aborted_error.ts";
import { isAetherError } from "../error/aether_error.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { VersionConflictError } from "../error/version_conflict_error.ts";
import type { AnyEvents, EventMap } from "../event/event_map.ts";
import { idFlaw } from "../event/id_flaw.ts";
import type { NewEvent } from "../event/new_event.ts";
import type { RecordedEvent, RecordedEventOf } from "../event/recorded_event.ts";
import { isPromise } from "../lifetime/attempt.ts";
import { MAX_ATTEMPTS } from "../limits.ts";
import { appendRecorded, readCommit, type RecordedAppend } from "../store/append_recorded.ts";
import type { EventStore } from "../store/event_store.ts";
import { fullJitter, pauseFor } from "./backoff.ts";
import type { Decider } from "./decider.ts";
import { type AnyEvolver, evolveBy } from "./evolve_by.ts";
import type { LoadOptions } from "./load.ts";
import { Loading } from "./loading.ts";
import { findCommit, type RecentCommits } from "./recent_commits.ts";

/** How a command is executed. */
export interface ExecuteOptions {
  /**
   * How often to load, decide and append at most, when others append in between; 1 to 1,000, by default 1: a conflict is
   * told, and not tried again.
   */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds to pause after so many conflicts, 1 or more, with a random number from 0 to below 1. By default a
   * random time of which the greatest is 10 ms after the first conflict, and doubles up to a second.
   */
  readonly backoff?: ((conflicts: number, random: number) => number) | undefined;
  /** Random numbers from 0 to below 1; by default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits so many milliseconds; by default with a timer. When the signal is aborted it may resolve early. */
  readonly pause?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /**
   * 1 to 128 visible ASCII characters that stand for this command of this actor. When one of the actor's last 256 commits
   * has this id, the command was executed: its result is returned again, and nothing is decided or appended. If its
   * events have expired meanwhile, that is what it rejects with, where it is still known.
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

const OPTIONS: ReadonlySet<string> = new Set(["attempts", "backoff", "random", "pause", "commitId", "signal"]);

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
 * @throws What `decide` threw, as it is.
 * @throws {VersionConflictError} Others appended in between, as often as there were attempts; nothing was stored. The
 * `cause` is the last append's conflict.
 * @throws {EvolveError} `evolve` did not take an event. If it is one of those decided on just now, they are stored.
 * @throws {EventsExpiredError} Retention has expired events that are needed: the state cannot be known.
 * @throws {OutcomeUnknownError} It could not be learned whether the commit was stored. Execute the same command again with
 * the error's `commitId` as option: if it was stored, its result is returned.
 * @throws {InvalidArgumentError} An option or a part of the decider is not what it must be.
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
  checkWholeNumber(options.attempts, "attempts", 1, MAX_ATTEMPTS);
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

function checkCommitId(commitId: string | undefined): void {
  const flaw = commitId === undefined ? undefined : idFlaw(commitId);
  if (flaw !== undefined) throw new InvalidArgumentError(`commitId ${flaw}`, { argument: "commitId" });
}

type AnyDecider<S, C> = Decider<S, C, AnyEvents>;

/** One command, for one use. */
class Execution<S, C> {
  readonly #store: EventStore;
  readonly #decider: AnyDecider<S, C>;
  readonly #actorId: string;
  readonly #command: C;
  readonly #options: ExecuteOptions;

  constructor(
    store: EventStore,
    decider: AnyDecider<S, C>,
    actorId: string,
    command: C,
    options: ExecuteOptions,
  ) {
    this.#store = store;
    this.#decider = decider;
    this.#actorId = actorId;
    this.#command = command;
    this.#options = options;
  }

  async run(): Promise<Executed<S>> {
    const { attempts = 1 } = this.#options;
    for (let conflicts = 1;; conflicts++) {
      const outcome = await this.#attempt();
      if (!isAetherError(outcome, "version-conflict")) return outcome;
      if (conflicts === attempts) throw this.#gaveUp(outcome, attempts);
      await this.#pause(conflicts);
    }
  }

  /** Tries once. A conflict is given back, so that it is not mistaken for one that `decide` threw. */
  async #attempt(): Promise<Executed<S> | VersionConflictError> {
    const { commitId, signal } = this.#options;
    const loading = this.#load({ signal }, commitId !== undefined);
    const { state, version, tail, recent } = await loading.run();
    const repeatedAt = commitId && await this.#findRepeated(commitId, version, recent!);
    if (repeatedAt) return await this.#repeat(repeatedAt);
    const decision = this.#decider.decide(this.#command, state);
    const decided = isPromise(decision) ? await decision : decision;
    if (Array.isArray(decided) && decided.length === 0) {
      loading.snapshots?.consider(state, tail!, recent);
      return { state, version, events: [], duplicate: false };
    }
    const appended = await this.#append(decided, version);
    if (isAetherError(appended, "version-conflict")) return appended;
    const next = this.#evolve(state, appended.events);
    for (const event of appended.events) {
      tail?.add(event);
      recent?.see(event);
    }
    loading.snapshots?.consider(next, tail!, recent);
    return { state: next, version: appended.version, events: appended.events, duplicate: appended.duplicate };
  }

  #load(options: LoadOptions, needsCommits: boolean): Loading<S> {
    return new Loading(this.#store, this.#decider, this.#actorId, options, needsCommits);
  }

  /** The version of the last event of the commit with this command's id, if it is among the last ones. */
  async #findRepeated(commitId: string, version: number, recent: RecentCommits): Promise<number | undefined> {
    const { signal } = this.#options;
    if (!recent.has(commitId)) await recent.complete(this.#store, this.#actorId, signal);
    if (!recent.has(commitId)) return undefined;
    return await findCommit(this.#store, this.#actorId, commitId, version, signal);
  }

  async #append(
    decided: readonly NewEvent[],
    expectedVersion: number,
  ): Promise<RecordedAppend | VersionConflictError> {
    const { commitId, signal } = this.#options;
    try {
      return await appendRecorded(this.#store, this.#actorId, decided, { expectedVersion, commitId, signal });
    } catch (error) {
      if (isAetherError(error, "version-conflict")) return error;
      throw error;
    }
  }

  #evolve(state: S, events: readonly RecordedEvent[]): S {
    return events.reduce((state, event) => evolveBy(this.#decider as AnyEvolver<S>, state, event), state);
  }

  /** What the commit led to when it was stored. */
  async #repeat(to: number): Promise<Executed<S>> {
    const { signal } = this.#options;
    const events = await readCommit(this.#store, this.#actorId, to, signal);
    const { state, version } = await this.#load({ to, signal }, false).run();
    return { state, version, events, duplicate: true };
  }

  async #pause(conflicts: number): Promise<void> {
    const { backoff = fullJitter, random = Math.random, pause = pauseFor, signal } = this.#options;
    await pause(backoff(conflicts, random()), signal);
    if (!signal?.aborted) return;
    throw new AbortedError(`Cannot execute a command on "${this.#actorId}": its signal was aborted`, {
      cause: signal.reason,
    });
  }

  #gaveUp(cause: VersionConflictError, attempts: number): VersionConflictError {
    const { namespace, actorId, expected, actual } = cause;
    return new VersionConflictError({ namespace, actorId, expected, actual, attempts }, { cause });
  }
}
