import { recordCommit } from "../commits/record_commit.ts";
import { AbortError } from "../errors/abort_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { outcomeForCaller } from "../errors/outcome_for_caller.ts";
import { LookbackExhaustedError } from "../errors/lookback_exhausted_error.ts";
import { VersionConflictError } from "../errors/version_conflict_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import { eventTypesOf } from "../events/events.ts";
import { isPromise } from "../lifecycle/operation.ts";
import { UNKNOWN_LOG_IDENTITY } from "../values/log_identity.ts";
import { MAX_OFFSET } from "../values/position.ts";
import { appendRecorded, readCommit, type RecordedAppend } from "../store/append_recorded.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { OperationOutcome } from "../observer/observer.ts";
import type { EventStore } from "../store/event_store.ts";
import { pauseAfter } from "./backoff.ts";
import { CommitSearch } from "./commit_search.ts";
import type { Decider } from "./decider.ts";
import { evolveFrozen } from "./apply_event.ts";
import type { ExecuteSettings } from "./execute_settings.ts";
import { findCommitAfter } from "./find_commit_after.ts";
import { StateLoader } from "./state_loader.ts";
import { LoadingSource, type StateSource } from "./state_source.ts";
import type { ActorState } from "./actor_state.ts";
import type { ExecuteResult } from "./options.ts";
import { type DecidedEvent, prepareDecided } from "./prepare_decided.ts";

/** A decider of any event map. The compiler has checked its events already. */
export type AnyDecider<S, C> = Decider<S, C, AnyEvents>;

/** The outcome of an attempt. */
type Outcome<S> = ExecuteResult<S> | VersionConflictError | "outdated";

/** The execution of one command. An instance is used once. */
export class CommandExecution<S, C> {
  readonly #store: EventStore;
  readonly #decider: AnyDecider<S, C>;
  readonly #actorId: string;
  readonly #command: C;
  readonly #settings: ExecuteSettings;
  readonly #source: StateSource<S>;
  readonly #search: CommitSearch | undefined;

  /** @param source Provides the state. By default, each attempt loads the actor. */
  constructor(
    store: EventStore,
    decider: AnyDecider<S, C>,
    actorId: string,
    command: C,
    settings: ExecuteSettings,
    source: StateSource<S> = new LoadingSource(store, decider, actorId),
  ) {
    this.#store = store;
    this.#decider = decider;
    this.#actorId = actorId;
    this.#command = command;
    this.#settings = settings;
    this.#source = source;
    const { commitId } = settings;
    this.#search = commitId === undefined ? undefined : new CommitSearch(store, actorId, commitId, settings);
  }

  /** Runs the command. */
  run(): Promise<ExecuteResult<S>> {
    const { observer } = this.#store;
    if (observer === undefined) return this.#run();
    return observer.run({ name: "execute", actorId: this.#actorId }, () => this.#run(), describe);
  }

  async #run(): Promise<ExecuteResult<S>> {
    const { attempts } = this.#settings;
    const { observer } = this.#store;
    for (let conflicts = 0, attempt = 1;; attempt++) {
      const outcome = observer === undefined ? await this.#attempt() : await this.#observedAttempt(observer, attempt);
      if (outcome === "outdated") {
        this.#source.expire();
        continue;
      }
      if (!isAetherError(outcome, "version-conflict")) return outcome;
      this.#source.expire();
      if (++conflicts === attempts) throw this.#lastConflict(outcome, attempts);
      await this.#pause(conflicts, outcome);
    }
  }

  #observedAttempt(observer: NamespaceObserver, attempt: number): Promise<Outcome<S>> {
    const facts = { name: "attempt", actorId: this.#actorId, attempt } as const;
    return observer.run(facts, () => this.#attempt(), (outcome) => {
      if (outcome === "outdated") return {};
      return isAetherError(outcome, "version-conflict") ? { failed: true, error: outcome } : describe(outcome);
    });
  }

  /**
   * Makes one attempt. A conflict is returned, not thrown, so that it cannot be confused with a conflict that `decide`
   * throws. `"outdated"`: the state was not fresh, and no successful append has proven that it was the latest state.
   */
  async #attempt(): Promise<Outcome<S>> {
    const { commitId, signal } = this.#settings;
    // A state in memory is not awaited: each await delays the append.
    const loading = this.#source.get(commitId, signal);
    const actor = isPromise(loading) ? await loading : loading;
    const { isFresh } = this.#source;
    let decided: readonly DecidedEvent[];
    try {
      const executedVersion = commitId === undefined ? undefined : await this.#findExecuted(commitId, actor);
      if (executedVersion !== undefined) return await this.#earlierResult(executedVersion);
      const decision = this.#decide(actor);
      decided = this.#prepare(isPromise(decision) ? await decision : decision);
      if (decided.length > 0) this.#tryEvolve(actor.state, actor.version, decided);
    } catch (error) {
      if (isFresh) throw error;
      return "outdated";
    }
    if (decided.length === 0) return isFresh ? this.#emptyResult(actor) : "outdated";
    try {
      return this.#appendedResult(actor, await this.#append(decided, actor.version));
    } catch (error) {
      if (isAetherError(error, "version-conflict")) return isFresh ? error : "outdated";
      this.#source.discard();
      // A store that wraps another one may not know whether the commit id comes from the caller.
      throw outcomeForCaller(error, commitId);
    }
  }

  /** Calls `decide`, unless the expected version or the exhausted lookback prevents it. */
  #decide({ state, version }: ActorState<S>): unknown {
    const { expectedVersion = version, refusesExhausted } = this.#settings;
    if (version !== expectedVersion) throw this.#conflictWith(expectedVersion, version);
    if (this.#isLookbackExhausted && refusesExhausted) throw this.#exhaustedError();
    return this.#decider.decide(this.#command, state);
  }

  #emptyResult(actor: ActorState<S>): ExecuteResult<S> {
    actor.writeSnapshotIfDue();
    const { state, version } = actor;
    return { state, version, events: [], duplicate: false, lookbackExhausted: this.#isLookbackExhausted };
  }

  #appendedResult(actor: ActorState<S>, { version, events, duplicate }: RecordedAppend): ExecuteResult<S> {
    actor.advance(events);
    actor.writeSnapshotIfDue();
    const lookbackExhausted = this.#isLookbackExhausted && !duplicate;
    return { state: actor.state, version, events, duplicate, lookbackExhausted };
  }

  get #isLookbackExhausted(): boolean {
    return this.#search?.isExhausted ?? false;
  }

  /** If the command was executed before: the version of the last event of its commit. */
  async #findExecuted(commitId: string, { recent, version }: ActorState<S>): Promise<number | undefined> {
    const { expectedVersion = version, signal } = this.#settings;
    if (recent === undefined) return undefined;
    const found = await this.#search!.run(recent, version);
    if (found !== undefined || expectedVersion >= version) return found;
    return await findCommitAfter(this.#store, this.#actorId, commitId, expectedVersion, signal);
  }

  #prepare(decided: unknown): readonly DecidedEvent[] {
    let ids = 0;
    const types = eventTypesOf(this.#store.events);
    return prepareDecided(decided, this.#actorId, this.#settings.metadata, () => `provisional-${++ids}`, types);
  }

  /**
   * Applies the decided events before they are appended, and discards the state. Nothing is stored if `evolve` fails.
   * Position, timestamp and new ids are provisional: the append assigns the real ones.
   */
  #tryEvolve(state: S, version: number, decided: readonly DecidedEvent[]): void {
    const { commitId = "provisional" } = this.#settings;
    const events = decided.map(({ prepared }) => prepared);
    const commit = { actorId: this.#actorId, id: commitId, timestamp: Date.now(), events };
    const log = { namespace: this.#store.namespace, identity: UNKNOWN_LOG_IDENTITY };
    const recorded = recordCommit(log, commit, version + 1, MAX_OFFSET);
    const next = evolveFrozen(this.#decider, state, recorded, ". Nothing was stored");
    this.#settings.checkState?.(next);
  }

  #append(decided: readonly DecidedEvent[], expectedVersion: number): Promise<RecordedAppend> {
    const { commitId, signal } = this.#settings;
    const events = decided.map(({ toAppend }) => toAppend);
    return appendRecorded(this.#store, this.#actorId, events, { expectedVersion, commitId, signal });
  }

  /** The result of the earlier execution of the command, whose commit ends at a version. */
  async #earlierResult(to: number): Promise<ExecuteResult<S>> {
    const { signal } = this.#settings;
    const events = await readCommit(this.#store, this.#actorId, to, signal);
    const { state, version } = await new StateLoader(this.#store, this.#decider, this.#actorId, { to, signal }).run();
    return { state, version, events, duplicate: true, lookbackExhausted: false };
  }

  async #pause(conflicts: number, conflict: VersionConflictError): Promise<void> {
    const { pause, backoff, signal } = this.#settings;
    await pause(pauseAfter(conflict, conflicts, backoff), signal);
    if (!signal?.aborted) return;
    throw new AbortError(`Cannot execute a command on "${this.#actorId}": the signal was aborted`, {
      cause: signal.reason,
    });
  }

  #lastConflict(cause: VersionConflictError, attempts: number): VersionConflictError {
    const { namespace, actorId, expected, actual } = cause;
    return this.#settings.expectedVersion === undefined
      ? new VersionConflictError({ namespace, actorId, expected, actual, attempts }, { cause })
      : this.#conflictWith(this.#settings.expectedVersion, actual, { cause });
  }

  #exhaustedError(): LookbackExhaustedError {
    const { namespace } = this.#store;
    return new LookbackExhaustedError({ namespace, actorId: this.#actorId, commitId: this.#settings.commitId! });
  }

  #conflictWith(expected: number, actual: number, options?: ErrorOptions): VersionConflictError {
    const { namespace } = this.#store;
    return new VersionConflictError({ namespace, actorId: this.#actorId, expected, actual, isCommand: true }, options);
  }
}

function describe({ version, events, duplicate }: ExecuteResult<unknown>): Partial<OperationOutcome> {
  return { version, events: duplicate ? 0 : events.length, duplicate };
}
