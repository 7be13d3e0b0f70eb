import type { EventsExpiredError } from "../../../errors.ts";
import { hasLost } from "./lost_commits.ts";
import type { LogContext } from "./log_context.ts";
import type { LogFilter } from "./log_filter.ts";
import { eventsExpiredError, firstStoredOf, type LogState } from "./log_state.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/**
 * Finds out whether a reader has missed a wanted commit. A message of another actor is not a gap, and a purged commit
 * that does not match the filter is not a loss.
 */
export class GapCheck {
  readonly #log: LogContext;
  readonly #filter: LogFilter;
  #next: number;

  /** @param next The first sequence that is wanted. */
  constructor(log: LogContext, filter: LogFilter, next: number) {
    this.#log = log;
    this.#filter = filter;
    this.#next = next;
  }

  /** Every wanted commit below this sequence was accepted. */
  get next(): number {
    return this.#next;
  }

  /**
   * Accepts the messages that were received from `next` on.
   *
   * @returns With the filter of the whole log, the messages up to the first gap: the caller passes the remaining ones
   * in a further call. With any other filter, all messages.
   * @throws {EventsExpiredError} If a wanted commit before the first message has expired. With any other filter, also
   * if a wanted commit between two messages has expired.
   */
  async accept(messages: readonly StoredMessage[], budget: RetryBudget): Promise<readonly StoredMessage[]> {
    if (messages.length === 0) return messages;
    if (!this.#filter.isWhole) {
      await this.#moveTo(messages, messages.at(-1)!.sequence + 1, budget);
      return messages;
    }
    const gap = messages.findIndex(({ sequence }, i) => sequence !== this.#next + i);
    if (gap === 0) throw await this.#expired(messages[0]!.sequence, budget);
    const accepted = gap < 0 ? messages : messages.slice(0, gap);
    this.#next += accepted.length;
    return accepted;
  }

  /**
   * Moves `next` forward. The reader must have received every wanted commit that is stored below the new `next`.
   *
   * @throws {EventsExpiredError} If a wanted commit below the new `next` was purged before the reader received it.
   */
  async advance(next: number, budget: RetryBudget): Promise<void> {
    if (next > this.#next) await this.#moveTo([], next, budget);
  }

  /**
   * Moves `next` to the first stored sequence, if that sequence is greater. Called before a reader continues.
   *
   * @throws {EventsExpiredError} If a wanted commit was purged, or may have been.
   */
  async resume({ firstStored, retention }: LogState, budget: RetryBudget): Promise<void> {
    if (firstStored <= this.#next) return;
    if (this.#filter.isWhole || retention === undefined || await this.#hasLost([], budget)) {
      throw await this.#expired(firstStored, budget);
    }
    this.#next = firstStored;
  }

  /**
   * Moves `next` back after the stream was restored from an older copy. The copy contains every commit that the reader
   * has taken, but may end before unwanted commits that `next` has passed. New commits may follow at the
   * same sequences.
   *
   * @param next The sequence after the last commit that the reader has taken.
   */
  reset(next: number): void {
    this.#next = next;
  }

  /** Moves `next` forward, and fails if a wanted commit that is not among the messages was purged. */
  async #moveTo(messages: readonly StoredMessage[], next: number, budget: RetryBudget): Promise<void> {
    if (next - this.#next > messages.length && this.#mayBePurged) {
      const info = await retryWhileTransient(this.#log, budget, (options) => this.#log.stream.info({}, options));
      const first = info === undefined ? 0 : firstStoredOf(info.state);
      if (first > this.#next && this.#mayBePurged && await this.#hasLost(messages, budget)) {
        throw await this.#expired(first, budget);
      }
    }
    this.#next = Math.max(this.#next, next);
  }

  /** Whether commits may be purged by retention. Without retention, only an operator removes commits. */
  get #mayBePurged(): boolean {
    const { cached } = this.#log.stream;
    return cached === undefined || cached.retention !== undefined;
  }

  #hasLost(messages: readonly StoredMessage[], { signal }: RetryBudget): Promise<boolean> {
    return hasLost(this.#log, { filter: this.#filter, from: this.#next, messages }, signal);
  }

  #expired(first: number, budget: RetryBudget): Promise<EventsExpiredError> {
    return eventsExpiredError(this.#log, first, budget);
  }
}
