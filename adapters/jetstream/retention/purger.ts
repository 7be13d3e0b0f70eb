/**
 * Purges expired commits from the stream of a log, after it has raised the version floors of their actors. The writer
 * of every 256th commit runs a purge, so that all writers of a log share the work without coordination. Two purges at
 * once do no harm. Appends do not depend on a purge: a failure is reported to `onError`, and the next run tries again.
 *
 * @module
 */
import { CorruptDataError } from "../../../errors.ts";
import { abortable } from "../util/abortable.ts";
import { isTransient } from "../api/api_error.ts";
import { toUserError } from "../api/to_user_error.ts";
import { type CommitHeaders, decodeCommitHeaders, MIN_RETAINED_COMMITS } from "../wire/commit_message.ts";
import type { LogContext } from "../log/log_context.ts";
import { findLogState } from "../log/log_state.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { readMessages } from "../log/read_messages.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { PurgedDuringRead } from "../log/purged_during_read.ts";

/** Number of commits between two runs. */
const RUN_INTERVAL = 256;
/**
 * Maximum number of runs that may become due during a run. Beyond it, appends wait, so that the stream does not grow
 * without bound.
 */
const MAX_DUE = 16;

/** The purger of one log: see the top of this file. */
export class Purger {
  readonly #log: LogContext;
  readonly #closing: AbortController = new AbortController();
  #running: Promise<void> | undefined;
  /** The number of runs that became due since the run began. */
  #due = 0;
  /**
   * The last reported problem, until a purge succeeds: the sequence at which a run stopped, or the name of its error.
   */
  #reported: number | string | undefined;

  constructor(log: LogContext) {
    this.#log = log;
  }

  /** Records that this process stored a commit, and starts a run if one is due. */
  stored(sequence: number): void {
    if (sequence % RUN_INTERVAL !== 0 || this.#closing.signal.aborted) return;
    if (this.#log.stream.cached?.retention === undefined) return;
    this.#due++;
    this.#running ??= this.#run();
  }

  /** Waits, before a commit is stored, while too many runs are due. Returns `undefined` if no wait is needed. */
  wait({ signal }: RetryBudget): Promise<void> | undefined {
    return this.isBehind ? abortable(this.#running!, signal) : undefined;
  }

  /** Whether too many runs are due: {@link Purger.wait} then waits. */
  get isBehind(): boolean {
    return this.#due > MAX_DUE && this.#running !== undefined;
  }

  /** Ends the purger. Resolves when the current run, if any, has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#due = 0;
        await this.#purgeExpired(this.#log.api.newBudget(this.#closing.signal));
      } while (this.#due > 0);
    } catch (error) {
      if (isTransient(error) || error instanceof PurgedDuringRead || this.#closing.signal.aborted) return;
      const attempt = `purge expired commits of namespace "${this.#log.names.namespace}"`;
      const failure = toUserError(attempt, error) as Error;
      this.#report(failure.name, failure);
    } finally {
      this.#running = undefined;
    }
  }

  async #purgeExpired(budget: RetryBudget): Promise<void> {
    const state = await findLogState(this.#log, budget);
    if (state === undefined) return;
    const until = Math.min(state.first - 1, state.last - MIN_RETAINED_COMMITS);
    if (until < state.firstStored) return;
    const range = { subject: this.#log.names.allActors, from: state.firstStored, until, expectedCount: RUN_INTERVAL };
    for await (const messages of readMessages(this.#log, range, this.#closing.signal)) {
      if (!await this.#purgeReadable(state.partitions, messages)) return;
    }
  }

  /**
   * Purges messages up to the first unreadable message at an actor's subject. Another program may have written that
   * message as a commit, so the actor's version after it is unknown.
   *
   * @returns Whether all messages were purged.
   */
  async #purgeReadable(partitions: number, messages: readonly StoredMessage[]): Promise<boolean> {
    const { names, actorIds: actors } = this.#log;
    const latest = new Map<string, CommitHeaders>();
    let next = messages[0]!.sequence;
    let failure: unknown;
    for (const message of messages) {
      const actorId = actors.of(partitions, message.subject);
      // A message whose subject names no actor belongs to no actor's history.
      try {
        const commit = actorId === undefined ? undefined : decodeCommitHeaders(names, message);
        if (actorId !== undefined && commit?.isSuperseded === false) latest.set(actorId, commit);
      } catch (error) {
        failure = error;
        break;
      }
      next = message.sequence + 1;
    }
    if (next > messages[0]!.sequence) await this.#purgeBefore(latest, next);
    if (failure === undefined) return true;
    this.#report(next, this.#unreadableError(next, failure));
    return false;
  }

  /** Raises version floors, then purges the messages before a sequence. */
  async #purgeBefore(latest: ReadonlyMap<string, CommitHeaders>, next: number): Promise<void> {
    const { names, floors, api } = this.#log;
    const budget = api.newBudget(this.#closing.signal);
    await Promise.all(
      Array.from(
        latest,
        ([actorId, { lastVersion, commitId, sequence }]) =>
          floors.raise(actorId, { version: lastVersion, commitId, sequence }, budget),
      ),
    );
    // The request may be repeated after a lost reply: a purge is idempotent.
    await retryWhileTransient(
      this.#log,
      budget,
      (options) => api.manage(({ streams }) => streams.purge(names.log, { seq: next }), options),
    );
    this.#reported = undefined;
  }

  #unreadableError(sequence: number, cause: unknown): CorruptDataError {
    const { namespace, log } = this.#log.names;
    return new CorruptDataError(
      `Cannot purge expired commits of namespace "${namespace}" beyond sequence ${sequence} of stream "${log}": ${
        (cause as Error).message
      }. If the message is not a commit, purge it: nats stream purge ${log} --seq ${sequence + 1}`,
      { namespace },
      { cause },
    );
  }

  /** Reports an error, unless the same problem was reported last. */
  #report(problem: number | string, error: Error): void {
    if (problem === this.#reported) return;
    this.#reported = problem;
    this.#log.report(error);
  }
}
