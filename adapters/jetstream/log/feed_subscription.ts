import type { LogFilter } from "./log_filter.ts";
import type { LogPlace } from "./log_place.ts";
import { anchorAt, type ReadAnchor } from "../streams/read_anchor.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** The state of one subscription inside a live feed. */
export class FeedSubscription {
  readonly filter: LogFilter;
  readonly signal: AbortSignal;
  /** The first wanted sequence. */
  readonly from: number;
  #last: number;
  #anchor: ReadAnchor | undefined;
  #pending: number | undefined;
  #wake: (() => void) | undefined;
  readonly #wantsProgress: boolean;
  #isProgressDue = false;

  /**
   * @param signal Ends the wait when it is aborted, until {@link FeedSubscription.dispose}.
   * @param wantsProgress Whether unwanted commits also end the wait, to report progress.
   */
  constructor(filter: LogFilter, { last, anchor, next }: LogPlace, signal: AbortSignal, wantsProgress: boolean) {
    this.filter = filter;
    this.signal = signal;
    this.#wantsProgress = wantsProgress && !filter.isWhole;
    this.from = next;
    this.#last = last;
    this.#anchor = anchor;
    signal.addEventListener("abort", this.wakeUp);
  }

  /** The sequence of the last delivered message: see `LogPlace`. */
  get last(): number {
    return this.#last;
  }

  get anchor(): ReadAnchor | undefined {
    return this.#anchor;
  }

  /** The sequence of the first pending message. */
  get pending(): number | undefined {
    return this.#pending;
  }

  get isWaiting(): boolean {
    return this.#wake !== undefined;
  }

  /** Offers received messages. The first wanted one becomes pending, and ends the wait. */
  offer(messages: readonly StoredMessage[]): void {
    if (this.#pending !== undefined) return;
    for (const { sequence, subject } of messages) {
      if (sequence < this.from || !this.filter.matches(subject)) continue;
      this.#pending = sequence;
      return this.wakeUp();
    }
  }

  /** Whether the subscription reports progress and has no pending message. */
  get needsProgress(): boolean {
    return this.#wantsProgress && this.#pending === undefined;
  }

  /** Ends the wait without a message, to report progress. */
  reportProgress(): void {
    if (!this.needsProgress) return;
    this.#isProgressDue = true;
    this.wakeUp();
  }

  /** Returns whether a progress report is due, and clears it. */
  takeProgress(): boolean {
    const isDue = this.#isProgressDue;
    this.#isProgressDue = false;
    return isDue;
  }

  /** Records that all pending messages were delivered. */
  accept(messages: readonly StoredMessage[]): void {
    const last = messages.at(-1)!;
    this.#pending = undefined;
    this.#last = last.sequence;
    this.#anchor = anchorAt(last);
  }

  /** Waits for the next {@link FeedSubscription.wakeUp}. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Ends the wait, if there is one. */
  readonly wakeUp = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };

  dispose(): void {
    this.signal.removeEventListener("abort", this.wakeUp);
  }
}
