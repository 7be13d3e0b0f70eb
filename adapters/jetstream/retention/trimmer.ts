/**
 * Lets expired commits leave the stream of a log: parks the heads of their actors, then purges them. Whoever stores a
 * commit whose sequence is a multiple of 256 does it, so that the processes that write to a log share the work without
 * knowing of each other; two at once do no harm.
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

/** Whoever stores each so manieth commit trims. */
const EVERY = 256;
/** So many times that was due before a run has ended: then appends wait for it. */
const MAX_DUE = 16;

/** See the top of this file. For one log. */
export class Trimmer {
  readonly #log: LogContext;
  readonly #closing: AbortController = new AbortController();
  #running: Promise<void> | undefined;
  /** How often it was due since the run began. */
  #due = 0;
  /** The sequence of the message by which the last run was stopped; 0 if none was. */
  #stoppedAt = 0;
  /** What the last run failed with for good: without a permission, for instance. */
  #failure: unknown;

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

  /**
   * Before a commit is stored: waits while far too many are waiting to leave, and tells why they cannot.
   *
   * @returns `undefined` if there is nothing to wait for.
   * @throws What the last run failed with, if trying again does not help.
   */
  wait(patience: Patience): Promise<void> | undefined {
    return this.#failure === undefined && this.#due <= MAX_DUE ? undefined : this.#waitForRun(patience);
  }

  async #waitForRun({ signal }: Patience): Promise<void> {
    if (this.#failure !== undefined) this.#running ??= this.#run();
    if (this.#running !== undefined) await abortable(this.#running, signal);
    if (this.#failure !== undefined) throw this.#failure;
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
      this.#failure = undefined;
    } catch (error) {
      const isForGood = !isPassing(error) && !(error instanceof TailExpired) && !this.#closing.signal.aborted;
      const attempt = `let expired commits leave namespace "${this.#log.names.namespace}"`;
      this.#failure = isForGood ? explainFailure(attempt, error) : undefined;
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
   * Lets messages go, up to one at an actor's subject that cannot be read. Of whatever wrote that, nobody here knows whether
   * it is a commit, and which version of the actor comes after it.
   *
   * @returns Whether all have gone.
   */
  async #drop(partitions: number, messages: readonly StoredMessage[]): Promise<boolean> {
    const { names, actors, parked, api } = this.#log;
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
    if (flaw !== undefined) this.#reportStop(next, flaw);
    if (next === messages[0]!.sequence) return false;
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
    return flaw === undefined;
  }

  /** Tells once of each message that stops it. */
  #reportStop(sequence: number, cause: unknown): void {
    if (sequence === this.#stoppedAt) return;
    this.#stoppedAt = sequence;
    const { names, report } = this.#log;
    report(
      new UnreadableError(
        `Cannot let expired commits leave namespace "${names.namespace}" beyond sequence ${sequence} of stream ` +
          `"${names.log}": ${
            (cause as Error).message
          }. Once it is known to be no commit, purge it: nats stream purge ${names.log} --seq ${sequence + 1}`,
        { namespace: names.namespace },
        { cause },
      ),
    );
  }
}
