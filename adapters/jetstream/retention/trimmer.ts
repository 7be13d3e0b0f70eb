/**
 * Purges expired commits from the stream of a log, after it has parked the heads of their actors. The writer of every
 * 256th commit does it, so that the processes that write to a log share the work without any coordination; two at once do
 * no harm. Appends do not depend on it: a failure is reported to `onError`, and the next run tries again.
 *
 * @module
 */
import { UnreadableError } from "../../../mod.ts";
import { abortable } from "../util/abortable.ts";
import { isPassing } from "../api/api_error.ts";
import { explainFailure } from "../api/explain_failure.ts";
import { decodeFrameHead, type FrameHead, KEPT_COMMITS } from "../wire/frame.ts";
import type { LogContext } from "../log/log_context.ts";
import { findLogState } from "../log/log_range.ts";
import { Patience } from "../api/patience.ts";
import { readStored } from "../streams/read_stored.ts";
import { scan } from "../log/scan.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { TailExpired } from "../log/tail_expired.ts";

/** Commits between two runs. */
const EVERY = 256;
/** Runs that may become due while one is running. Beyond it appends wait, so that a stream cannot outgrow its purges. */
const MAX_DUE = 16;

/** See the top of this file. For one log. */
export class Trimmer {
  readonly #log: LogContext;
  readonly #closing: AbortController = new AbortController();
  #running: Promise<void> | undefined;
  /** How often it was due since the run began. */
  #due = 0;
  /** What was reported last, until a purge succeeds: the sequence at which a run stopped, or the name of its error. */
  #reported: number | string | undefined;

  constructor(log: LogContext) {
    this.#log = log;
  }

  /** A commit was stored here. */
  stored(sequence: number): void {
    if (this.#log.stream.known?.retention === undefined) return;
    if (sequence % EVERY !== 0 || this.#closing.signal.aborted) return;
    this.#due++;
    this.#running ??= this.#run();
  }

  /** Waits, before a commit is stored, while too many runs are due. Returns `undefined` if there is nothing to wait for. */
  wait({ signal }: Patience): Promise<void> | undefined {
    if (this.#due <= MAX_DUE || this.#running === undefined) return undefined;
    return abortable(this.#running, signal);
  }

  /** Ends it, and waits until it has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#due = 0;
        await this.#trim(new Patience(this.#log.api.patience, this.#closing.signal));
      } while (this.#due > 0);
    } catch (error) {
      if (isPassing(error) || error instanceof TailExpired || this.#closing.signal.aborted) return;
      const attempt = `purge expired commits of namespace "${this.#log.names.namespace}"`;
      const failure = explainFailure(attempt, error) as Error;
      this.#report(failure.name, failure);
    } finally {
      this.#running = undefined;
    }
  }

  async #trim(patience: Patience): Promise<void> {
    const state = await findLogState(this.#log, patience);
    if (state === undefined) return;
    const until = Math.min(state.first - 1, state.last - KEPT_COMMITS);
    if (until < state.stored) return;
    const range = { subject: this.#log.names.allActors, from: state.stored, until, about: EVERY };
    for await (const messages of scan(this.#log, range, this.#closing.signal)) {
      if (!await this.#drop(state.partitions, messages)) return;
    }
  }

  /**
   * Purges messages up to the first one at an actor's subject that cannot be read. That one may be a commit of another
   * program, so that the actor's version after it is unknown.
   *
   * @returns Whether all of them were purged.
   */
  async #drop(partitions: number, messages: readonly StoredMessage[]): Promise<boolean> {
    const { names, actors } = this.#log;
    const heads = new Map<string, FrameHead>();
    let next = messages[0]!.sequence;
    let flaw: unknown;
    for (const message of messages) {
      const actorId = actors.of(partitions, message.subject);
      // What somebody else wrote there is nobody's history.
      try {
        const head = actorId === undefined ? undefined : decodeFrameHead(names, message);
        if (actorId !== undefined && head?.isVoid === false) heads.set(actorId, head);
      } catch (error) {
        flaw = error;
        break;
      }
      next = message.sequence + 1;
    }
    if (next > messages[0]!.sequence) await this.#purge(heads, next);
    if (flaw === undefined) return true;
    this.#report(next, this.#stopped(next, flaw));
    return false;
  }

  /** Parks heads, then purges the messages before a sequence. */
  async #purge(heads: ReadonlyMap<string, FrameHead>, next: number): Promise<void> {
    const { names, parked, api } = this.#log;
    const patience = new Patience(api.patience, this.#closing.signal);
    await Promise.all(
      Array.from(
        heads,
        ([actorId, { lastVersion, commitId, sequence }]) =>
          parked.park(actorId, { version: lastVersion, commitId, sequence }, patience),
      ),
    );
    // Also if the answer is lost: what is gone by then is not purged again.
    await readStored(this.#log, patience, (options) => api.ask(`STREAM.PURGE.${names.log}`, { seq: next }, options));
    this.#reported = undefined;
  }

  #stopped(sequence: number, cause: unknown): UnreadableError {
    const { namespace, log } = this.#log.names;
    return new UnreadableError(
      `Cannot purge expired commits of namespace "${namespace}" beyond sequence ${sequence} of stream "${log}": ${
        (cause as Error).message
      }. Once it is known to be no commit, purge it: nats stream purge ${log} --seq ${sequence + 1}`,
      { namespace },
      { cause },
    );
  }

  /** Reports an error, unless what it is about was reported last. */
  #report(about: number | string, error: Error): void {
    if (about === this.#reported) return;
    this.#reported = about;
    this.#log.report(error);
  }
}
