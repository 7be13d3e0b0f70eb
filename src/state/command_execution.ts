import { recordCommit } from "../commits/record_commit.ts";
import { AbortedError } from "../errors/aborted_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { VersionConflictError } from "../errors/version_conflict_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import { isPromise } from "../lifecycle/operation.ts";
import { UNKNOWN_LOG_IDENTITY } from "../values/log_identity.ts";
import { MAX_OFFSET } from "../values/position.ts";
import { appendRecorded, readCommit, type RecordedAppend } from "../store/append_recorded.ts";
import type { EventStore } from "../store/event_store.ts";
import { pauseAfter } from "./backoff.ts";
import type { Decider } from "./decider.ts";
import { evolveFrozen } from "./apply_event.ts";
import type { ExecuteSettings } from "./execute_settings.ts";
import { StateLoader } from "./state_loader.ts";
import type { ExecuteResult, LoadOptions } from "./options.ts";
import { type DecidedEvent, prepareDecided } from "./prepare_decided.ts";
import { findCommit, findCommitAfter, type RecentCommits } from "./recent_commits.ts";

/** A decider, whose events are the compiler's business. */
export type AnyDecider<S, C> = Decider<S, C, AnyEvents>;

/** One command, for one use. */
export class CommandExecution<S, C> {
  readonly #store: EventStore;
  readonly #decider: AnyDecider<S, C>;
  readonly #actorId: string;
  readonly #command: C;
  readonly #settings: ExecuteSettings;

  constructor(
    store: EventStore,
    decider: AnyDecider<S, C>,
    actorId: string,
    command: C,
    settings: ExecuteSettings,
  ) {
    this.#store = store;
    this.#decider = decider;
    this.#actorId = actorId;
    this.#command = command;
    this.#settings = settings;
  }

  /** Executes it. */
  async run(): Promise<ExecuteResult<S>> {
    const { attempts } = this.#settings;
    for (let conflicts = 1;; conflicts++) {
      const outcome = await this.#attempt();
      if (!isAetherError(outcome, "version-conflict")) return outcome;
      if (conflicts === attempts) throw this.#gaveUp(outcome, attempts);
      await this.#pause(conflicts, outcome);
    }
  }

  /** Tries once. A conflict is given back, so that it is not mistaken for one that `decide` threw. */
  async #attempt(): Promise<ExecuteResult<S> | VersionConflictError> {
    const { commitId, signal } = this.#settings;
    const loading = this.#load({ signal }, commitId !== undefined);
    const { state, version, tail, recent } = await loading.run();
    const { expectedVersion = version } = this.#settings;
    const repeatedAt = commitId && await this.#findRepeated(commitId, expectedVersion, version, recent!);
    if (repeatedAt) return await this.#repeat(repeatedAt);
    if (version !== expectedVersion) throw this.#notExpected(expectedVersion, version);
    const decision = this.#decider.decide(this.#command, state);
    const decided = this.#prepare(isPromise(decision) ? await decision : decision);
    if (decided.length === 0) {
      loading.snapshots?.writeIfDue(state, tail!, recent);
      return { state, version, events: [], duplicate: false };
    }
    this.#tryEvolve(state, version, decided);
    const appended = await this.#append(decided, version);
    if (isAetherError(appended, "version-conflict")) return appended;
    const next = evolveFrozen(this.#decider, state, appended.events);
    for (const event of appended.events) {
      tail?.add(event);
      recent?.see(event);
    }
    loading.snapshots?.writeIfDue(next, tail!, recent);
    return { state: next, version: appended.version, events: appended.events, duplicate: appended.duplicate };
  }

  #load(options: LoadOptions, needsCommits: boolean): StateLoader<S> {
    return new StateLoader(this.#store, this.#decider, this.#actorId, options, needsCommits);
  }

  /** The version of the last event of the commit with this command's id, where it is to be looked for. */
  async #findRepeated(
    commitId: string,
    expectedVersion: number,
    version: number,
    recent: RecentCommits,
  ): Promise<number | undefined> {
    const { signal } = this.#settings;
    if (!recent.has(commitId)) await recent.complete(this.#store, this.#actorId, signal);
    if (recent.has(commitId)) return await findCommit(this.#store, this.#actorId, commitId, version, signal);
    if (expectedVersion >= version) return undefined;
    return await findCommitAfter(this.#store, this.#actorId, commitId, expectedVersion, signal);
  }

  #prepare(decided: unknown): readonly DecidedEvent[] {
    let ids = 0;
    return prepareDecided(decided, this.#actorId, this.#settings.metadata, () => `provisional-${++ids}`);
  }

  /**
   * Evolves by the decided events before they are appended, and discards the state, so that a fault of `evolve` stores
   * nothing. Position, timestamp and ids that only the append gives are provisional.
   */
  #tryEvolve(state: S, version: number, decided: readonly DecidedEvent[]): void {
    const { commitId = "provisional" } = this.#settings;
    const events = decided.map(({ prepared }) => prepared);
    const commit = { actorId: this.#actorId, id: commitId, timestamp: Date.now(), events };
    const log = { namespace: this.#store.namespace, identity: UNKNOWN_LOG_IDENTITY };
    const recorded = recordCommit(log, commit, version + 1, MAX_OFFSET);
    evolveFrozen(this.#decider, state, recorded, ". Nothing was stored");
  }

  async #append(
    decided: readonly DecidedEvent[],
    expectedVersion: number,
  ): Promise<RecordedAppend | VersionConflictError> {
    const { commitId, signal } = this.#settings;
    const events = decided.map(({ toAppend }) => toAppend);
    try {
      return await appendRecorded(this.#store, this.#actorId, events, { expectedVersion, commitId, signal });
    } catch (error) {
      if (isAetherError(error, "version-conflict")) return error;
      throw error;
    }
  }

  /** What the commit led to when it was stored. */
  async #repeat(to: number): Promise<ExecuteResult<S>> {
    const { signal } = this.#settings;
    const events = await readCommit(this.#store, this.#actorId, to, signal);
    const { state, version } = await this.#load({ to, signal }, false).run();
    return { state, version, events, duplicate: true };
  }

  async #pause(conflicts: number, conflict: VersionConflictError): Promise<void> {
    const { pause, backoff, signal } = this.#settings;
    await pause(pauseAfter(conflict, conflicts, backoff), signal);
    if (!signal?.aborted) return;
    throw new AbortedError(`Cannot execute a command on "${this.#actorId}": its signal was aborted`, {
      cause: signal.reason,
    });
  }

  #gaveUp(cause: VersionConflictError, attempts: number): VersionConflictError {
    const { namespace, actorId, expected, actual } = cause;
    return this.#settings.expectedVersion === undefined
      ? new VersionConflictError({ namespace, actorId, expected, actual, attempts }, { cause })
      : this.#notExpected(this.#settings.expectedVersion, actual, { cause });
  }

  #notExpected(expected: number, actual: number, options?: ErrorOptions): VersionConflictError {
    const { namespace } = this.#store;
    return new VersionConflictError({ namespace, actorId: this.#actorId, expected, actual, isCommand: true }, options);
  }
}
