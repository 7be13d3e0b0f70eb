/**
 * Reads the wanted messages of a log in order, and waits for more. It continues after a lost connection, a restarted
 * server and a deleted consumer, as long as the stream is the same and no unread wanted commit was purged.
 *
 * @module
 */
import { UNKNOWN_LOG_IDENTITY } from "../../../adapter.ts";
import { UnknownPositionError } from "../../../errors.ts";
import { anchorAt, type ReadAnchor } from "../streams/read_anchor.ts";
import { GapCheck } from "./gap_check.ts";
import { keepTrying } from "../api/keep_trying.ts";
import type { LogContext } from "./log_context.ts";
import type { LogFilter } from "./log_filter.ts";
import type { LogPlace } from "./log_place.ts";
import { findLogState, type LogState, messageAt } from "./log_state.ts";
import { OrderedConsumer } from "../api/ordered_consumer.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { type Decoder, decoderOf } from "./to_pages.ts";

/**
 * Milliseconds for which a stale leader of a replicated stream may report a last sequence below the sequences that were
 * read. A leader that has lost its followers learns of its successor, or steps down, within 20 seconds.
 */
const STALE_LEADER_MS = 20_000;
/** Milliseconds for which a stream may be absent while it is restored. */
const RESTORE_MS = 5_000;

/** The state of a log whose stream does not exist: the state of a log without a stored commit. */
const EMPTY_LOG: LogState = { partitions: 1, identity: UNKNOWN_LOG_IDENTITY, first: 1, firstStored: 1, last: 0 };

/** See the top of this file. A cursor serves one reader. */
export class LogCursor {
  readonly filter: LogFilter;
  readonly #log: LogContext;
  readonly #consumer: OrderedConsumer;
  readonly #check: GapCheck;
  /** Received messages that the gap check has not accepted yet. */
  #received: readonly StoredMessage[] = [];
  #last: number;
  #anchor: ReadAnchor | undefined;
  #identity: string;
  #generation: number;
  /** Whether a consumer was created and has not been suspended since. */
  #hasStarted = false;

  constructor(log: LogContext, filter: LogFilter, { last, anchor, next, identity, generation }: LogPlace) {
    this.filter = filter;
    this.#log = log;
    this.#consumer = new OrderedConsumer(log.api, log.names.log, filter.isWhole ? undefined : filter.subject, last + 1);
    this.#check = new GapCheck(log, filter, next);
    this.#last = last;
    this.#anchor = anchor;
    this.#identity = identity;
    this.#generation = generation;
    log.consumers.add(this.#consumer);
  }

  /** The place up to which the cursor has read. */
  get place(): LogPlace {
    const [last, anchor, identity, generation] = [this.#last, this.#anchor, this.#identity, this.#generation];
    return { last, anchor, next: this.#check.next, identity, generation };
  }

  /** The decoder for the messages of this cursor. */
  get decode(): Decoder {
    return decoderOf(this.#log, { partitions: this.filter.partitions, identity: this.#identity });
  }

  /** Whether messages are ready, or the consumer is running. If not, call {@link LogCursor.start}. */
  get isStarted(): boolean {
    return this.#consumer.isRunning || this.#hasReceived;
  }

  /** Whether the consumer was lost and has not been replaced yet. */
  get isReconnecting(): boolean {
    return this.#hasStarted && !this.#consumer.isReceiving;
  }

  /** Whether the server had no further message when the last one was delivered, and all messages were taken. */
  get isAtEnd(): boolean {
    return !this.#hasReceived && this.#consumer.isAtEnd;
  }

  get #hasReceived(): boolean {
    return this.#consumer.hasMessages || this.#received.length > 0;
  }

  /**
   * Creates the consumer unless one is running. Waits without a time limit while the server does not answer. The
   * consumer also delivers messages that were stored during the wait.
   *
   * @throws {UnknownPositionError} If the log is not the log that was read before.
   * @throws {EventsExpiredError} If a wanted commit has been purged.
   */
  async start(signal: AbortSignal): Promise<void> {
    if (this.isStarted) return;
    const { api, stream, names } = this.#log;
    let doubtedSince: number | undefined;
    await keepTrying(api, signal, async (budget) => {
      const found = await findLogState(this.#log, budget);
      const state = found ?? EMPTY_LOG;
      const isSame = await this.#isSameLog(state, budget);
      if (isSame === undefined) {
        doubtedSince ??= api.environment.now();
        const doubt = stream.isReplicated ? STALE_LEADER_MS : found === undefined ? RESTORE_MS : 0;
        if (api.environment.now() - doubtedSince < doubt) return undefined;
      }
      if (!isSame) throw new UnknownPositionError(names.namespace);
      this.#detectRestore(state);
      await this.#check.resume(state, budget);
      this.#identity = state.identity;
      const started = found !== undefined &&
        await retryWhileTransient(this.#log, budget, (options) => this.#consumer.start(options));
      // The stream was deleted before anything was stored in it.
      if (!started) await retryWhileTransient(this.#log, budget, (options) => stream.ensure(options));
      return started;
    });
    this.#hasStarted = true;
  }

  /**
   * Whether this is the log that was read before; `undefined` if the log ends before the last message that was read.
   */
  async #isSameLog(state: LogState, budget: RetryBudget): Promise<boolean | undefined> {
    if (state.last < this.#last) return undefined;
    const isInPlace = this.#anchor && await this.#holds(this.#anchor, budget);
    if (isInPlace !== undefined) return isInPlace;
    // The anchor may have been purged. Sequences prove nothing: a recreated stream may have reached them.
    return this.#last === 0 || this.#log.stream.generation === this.#generation;
  }

  /** Whether the commit of an anchor is at its sequence; `undefined` if no message is there. */
  async #holds({ sequence, commitId }: ReadAnchor, budget: RetryBudget): Promise<boolean | undefined> {
    const message = await messageAt(this.#log, sequence, budget);
    return message && anchorAt(message).commitId === commitId;
  }

  /**
   * Resets the gap check after the stream was restored from an older copy. The copy contains all commits that the
   * reader has taken, but may end before unwanted commits that the gap check has passed. New commits may follow at the
   * same sequences.
   */
  #detectRestore(state: LogState): void {
    const { generation } = this.#log.stream;
    if (generation !== this.#generation || state.last + 1 < this.#check.next) this.#check.reset(this.#last + 1);
    this.#generation = generation;
  }

  /**
   * Takes the next messages, and waits for them if needed.
   *
   * @returns An empty array if the cursor is not started, or if the server has no message at the moment.
   * @throws {EventsExpiredError} If a wanted commit before these messages has expired.
   * @throws The reason of the signal, if it is aborted.
   */
  async take(signal: AbortSignal): Promise<readonly StoredMessage[]> {
    if (this.#received.length === 0) this.#received = await this.#consumer.take(signal);
    const messages = await keepTrying(
      this.#log.api,
      signal,
      (budget) => this.#check.accept(this.#received, budget),
    );
    this.#received = this.#received.slice(messages.length);
    const last = messages.at(-1);
    if (last !== undefined) {
      this.#last = last.sequence;
      this.advanceAnchor(anchorAt(last));
    }
    return messages;
  }

  /** Makes a commit the read anchor, unless the current anchor is a later commit. */
  advanceAnchor(anchor: ReadAnchor | undefined): void {
    if (anchor !== undefined && !(anchor.sequence < (this.#anchor?.sequence ?? 0))) this.#anchor = anchor;
  }

  /**
   * Moves the place past messages that are not wanted. Called after {@link LogCursor.take} has returned no messages.
   *
   * @param least Minimum number of non-matching commits. With fewer, the place does not move, which saves a request.
   * @throws {EventsExpiredError} If a wanted commit among them has been purged.
   */
  async skip(least: number, signal: AbortSignal): Promise<void> {
    const { scanned } = this.#consumer;
    if (this.filter.isWhole || this.#hasReceived || scanned - this.#check.next < least - 1) return;
    await this.#advance(scanned + 1, signal);
  }

  /** Moves the place to a sequence. Every wanted message below it must have been taken. */
  async skipTo(next: number, signal: AbortSignal): Promise<void> {
    if (next > this.#check.next) await this.#advance(next, signal);
  }

  async #advance(next: number, signal: AbortSignal): Promise<void> {
    await keepTrying(this.#log.api, signal, async (budget) => {
      await this.#check.advance(next, budget);
      return true;
    });
  }

  /** Deletes the consumer on the server. Messages that were received can still be taken. */
  suspend(): void {
    this.#hasStarted = false;
    this.#consumer.stop();
  }

  /** Ends the cursor. Resolves when the server has deleted the consumer, or has not answered in time. */
  async close(): Promise<void> {
    this.#log.consumers.delete(this.#consumer);
    await this.#consumer.close();
  }
}
