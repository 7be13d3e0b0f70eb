/**
 * Finds the retention horizon: the first commit that has not expired. Expired commits may still be stored. A purge
 * removes them later, hundreds at once, and never the newest 1,024: see
 * docs/decisions/writers_purge_expired_commits_lazily.md.
 *
 * Within one process, the horizon only moves forward. If nothing has expired since the last search, a search takes one
 * request at most, and usually none.
 *
 * @module
 */
import type { Retention } from "../../../adapter.ts";
import { messageSize } from "../wire/message_size.ts";
import type { LogContext } from "../log/log_context.ts";
import type { StreamState } from "../streams/managed_stream.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { KeyedMutex } from "../api/keyed_mutex.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { readMessages } from "../log/read_messages.ts";

/** Number of messages that a search by bytes is expected to read: the size of its first batch, not a limit. */
const EXPECTED_COUNT = 64;

/** The retention horizon of one log: see the top of this file. */
export class RetentionHorizon {
  /** All messages before this sequence are older than the maximum age. */
  #young = 1;
  /** The time at which the message at `#young` was stored, once it is known. */
  #youngTime: number | undefined;
  /** The sizes of the oldest stored messages. They have expired because the log exceeds the maximum number of bytes. */
  #sizes: { readonly sequence: number; readonly bytes: number }[] = [];
  /** The latest known state of the log: replies may arrive out of order. */
  #state: StreamState | undefined;
  /** Serializes searches: each continues from the result of the previous one. */
  readonly #mutex: KeyedMutex = new KeyedMutex();

  /**
   * Finds the horizon.
   *
   * @param now The server's time, in milliseconds since the epoch.
   * @param budget Bounds the search and the wait for earlier searches.
   * @returns The sequence of the first commit that has not expired; the last sequence plus 1 if all have expired.
   * @throws {RequestFailure} If the budget is used up.
   * @throws The reason of the signal, if it is aborted.
   */
  async find(
    log: LogContext,
    state: StreamState,
    now: number,
    retention: Retention,
    budget: RetryBudget,
  ): Promise<number> {
    await this.#mutex.acquire("", budget);
    try {
      return await this.#find(log, this.#newest(state), now, retention, budget);
    } finally {
      this.#mutex.release("");
    }
  }

  /** Discards all state after the stream was replaced. */
  forget(): void {
    this.#moveTo(1);
    this.#sizes = [];
    this.#state = undefined;
  }

  /** A state with a lower first sequence is older: messages that it counts have been purged since. */
  #newest(state: StreamState): StreamState {
    if (this.#state === undefined || state.first_seq >= this.#state.first_seq) this.#state = state;
    return this.#state;
  }

  async #find(
    log: LogContext,
    state: StreamState,
    now: number,
    { maxAge, maxBytes, maxCommits = Infinity }: Retention,
    budget: RetryBudget,
  ): Promise<number> {
    const { messages, first_seq, last_seq } = state;
    if (messages === 0) return last_seq + 1;
    const byCount = Math.max(first_seq, last_seq - maxCommits + 1);
    const byAge = maxAge === undefined ? 0 : await this.#byAge(log, state, now - maxAge, budget);
    const byBytes = maxBytes === undefined ? 0 : await this.#byBytes(log, state, maxBytes, budget);
    return Math.max(byCount, byAge, byBytes);
  }

  /**
   * The first sequence that was stored at `oldest` or later. Exponential search: steps that double, then a binary
   * search within the last step.
   */
  async #byAge(log: LogContext, state: StreamState, oldest: number, budget: RetryBudget): Promise<number> {
    const end = state.last_seq + 1;
    if (this.#young < state.first_seq) this.#moveTo(state.first_seq);
    if (this.#young >= end) return end;
    const timeOf = (sequence: number) =>
      retryWhileTransient(log, budget, (options) => log.gets.timeOfNext(log.names.allActors, sequence, options));
    this.#youngTime ??= await timeOf(this.#young);
    if (this.#youngTime === undefined || this.#youngTime >= oldest) return this.#young;
    const isOld = async (sequence: number) => (await timeOf(sequence) ?? Infinity) < oldest;
    let old = this.#young;
    let step = 1;
    for (; old + step < end && await isOld(old + step); step *= 2) old += step;
    let young = Math.min(old + step, end);
    while (young - old > 1) {
      const middle = Math.floor((old + young) / 2);
      if (await isOld(middle)) old = middle;
      else young = middle;
    }
    this.#moveTo(young);
    return young;
  }

  #moveTo(young: number): void {
    this.#young = young;
    this.#youngTime = undefined;
  }

  /** The first sequence from which on the log has at most `maxBytes`. The newest commit never expires by bytes. */
  async #byBytes(log: LogContext, state: StreamState, maxBytes: number, budget: RetryBudget): Promise<number> {
    const { first_seq, last_seq } = state;
    this.#sizes = this.#sizes.filter(({ sequence }) => sequence >= first_seq);
    let remaining = this.#sizes.reduce((sum, { bytes }) => sum - bytes, state.bytes);
    let next = (this.#sizes.at(-1)?.sequence ?? first_seq - 1) + 1;
    if (remaining <= maxBytes || next >= last_seq) return next;
    const range = { subject: log.names.allActors, from: next, until: last_seq - 1, expectedCount: EXPECTED_COUNT };
    for await (const messages of readMessages(log, range, budget.signal)) {
      for (const message of messages) {
        if (remaining <= maxBytes) return next;
        const bytes = messageSize(message);
        this.#sizes.push({ sequence: message.sequence, bytes });
        remaining -= bytes;
        next = message.sequence + 1;
      }
    }
    return next;
  }
}
