/**
 * Reads the end of a log with one cursor for all live subscriptions of this process. The newest messages stay in a
 * buffer of bounded size. Each subscription takes them from the buffer at its own pace.
 *
 * The cursor reads at the speed of the fastest subscription. If the next message of a subscription is no longer in the
 * buffer, the subscription leaves the feed, catches up with a cursor of its own, and joins again.
 *
 * The feed ends when its last subscription leaves, or when its cursor fails. After a failure, each subscription
 * continues with a cursor of its own, which fails too if the failure concerns the subscription.
 *
 * @module
 */
import type { RecordedEvent } from "../../../mod.ts";
import { abortable } from "../util/abortable.ts";
import { FeedSubscription } from "./feed_subscription.ts";
import type { LogCursor } from "./log_cursor.ts";
import type { LogFilter } from "./log_filter.ts";
import type { LogPlace } from "./log_place.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/**
 * Limits of the buffer: the number of messages, and the bytes of their bodies. The messages of the last read stay in
 * the buffer, even if they exceed the limits.
 */
export const MAX_BUFFERED_MESSAGES = 1_024;
export const MAX_BUFFERED_BYTES = 8_000_000;

/**
 * Minimum number of non-matching commits over which an idle feed moves its cursor. It is half of
 * `MIN_RETAINED_COMMITS`, so that the cursor stays among commits that are never purged.
 */
const MIN_SKIPPED = 512;

/** Milliseconds between new messages and the progress report to subscriptions without a wanted message. */
const PROGRESS_MS = 200;

/** See the top of this file. */
export class LiveFeed {
  readonly #cursor: LogCursor;
  readonly #onEnd: () => void;
  readonly #subscriptions: Set<FeedSubscription> = new Set();
  readonly #closing: AbortController = new AbortController();
  readonly #decoded: WeakMap<StoredMessage, readonly RecordedEvent[]> = new WeakMap();
  #buffer: StoredMessage[] = [];
  #bytes = 0;
  /** The buffer has every message from this sequence on. */
  #start: number;
  /** The feed has received every message below this sequence. */
  #end: number;
  #starting: Promise<void> | undefined;
  #isReading = false;
  #progressTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param cursor A cursor at the end of the log. The feed closes it.
   * @param onEnd Called once, when the feed ends. No subscription can join it after that.
   */
  constructor(cursor: LogCursor, onEnd: () => void) {
    this.#cursor = cursor;
    this.#onEnd = onEnd;
    this.#start = cursor.place.next;
    this.#end = this.#start;
  }

  /** Whether the feed has ended. */
  get isOver(): boolean {
    return this.#closing.signal.aborted;
  }

  /** See `LogCursor.isReconnecting`. */
  get isReconnecting(): boolean {
    return this.#cursor.isReconnecting;
  }

  /** Whether a subscription that needs messages from this sequence on can join. */
  covers(sequence: number): boolean {
    return !this.isOver && sequence >= this.#start;
  }

  /** Adds a subscription that the feed {@link LiveFeed.covers}. The caller ends it by {@link LiveFeed.leave}. */
  join(filter: LogFilter, place: LogPlace, signal: AbortSignal, wantsProgress = false): FeedSubscription {
    const subscription = new FeedSubscription(filter, place, signal, wantsProgress);
    this.#subscriptions.add(subscription);
    this.#cursor.advanceAnchor(place.anchor);
    subscription.offer(this.#buffer);
    return subscription;
  }

  /**
   * Waits until the server has a consumer for later messages.
   *
   * @returns `false` if the feed has ended.
   * @throws The error of the cursor. It ends the feed.
   * @throws The reason of the signal, if it is aborted.
   */
  async ready({ signal }: FeedSubscription): Promise<boolean> {
    if (this.isOver) return false;
    try {
      await abortable(this.#startCursor(), signal);
    } catch (error) {
      if (!signal.aborted) this.#finish();
      throw error;
    }
    return !this.isOver;
  }

  /**
   * Takes the next wanted messages of a subscription, and waits for them if needed.
   *
   * @returns `undefined` if the subscription fell behind, or the feed has ended. An empty array if the subscription has
   * only progress to report: see {@link LiveFeed.placeOf}.
   * @throws The reason of the signal, if it is aborted.
   */
  async take(subscription: FeedSubscription): Promise<readonly StoredMessage[] | undefined> {
    while (subscription.pending === undefined) {
      subscription.signal.throwIfAborted();
      if (this.isOver) return undefined;
      if (subscription.takeProgress()) return [];
      const woken = subscription.wait();
      void this.#read();
      await woken;
    }
    if (subscription.pending < this.#start) return undefined;
    const messages = this.#from(subscription.pending);
    const isSame = subscription.filter.subject === this.#cursor.filter.subject;
    const wanted = isSame ? messages : messages.filter(({ subject }) => subscription.filter.matches(subject));
    subscription.accept(wanted);
    return wanted;
  }

  /** The events of a message. All subscriptions share the decoded events. */
  eventsOf(message: StoredMessage): readonly RecordedEvent[] {
    const { decode } = this.#cursor;
    if (this.#subscriptions.size === 1) return decode(message);
    const known = this.#decoded.get(message);
    if (known !== undefined) return known;
    const events = decode(message);
    this.#decoded.set(message, events);
    return events;
  }

  /** The place up to which a subscription has read. */
  placeOf({ last, anchor, pending, from }: FeedSubscription): LogPlace {
    const { identity, generation } = this.#cursor.place;
    return { last, anchor, next: pending ?? Math.max(from, this.#end), identity, generation };
  }

  /** Removes a subscription. When no subscription remains, the feed ends and its consumer is deleted. */
  async leave(subscription: FeedSubscription): Promise<void> {
    this.#subscriptions.delete(subscription);
    subscription.dispose();
    if (this.#subscriptions.size > 0) return;
    this.#finish();
    await this.#cursor.close();
  }

  #startCursor(): Promise<void> {
    return this.#starting ??= this.#cursor.start(this.#closing.signal).finally(() => this.#starting = undefined);
  }

  /** Reads messages into the buffer while a subscription waits. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isWaitedFor()) {
      const messages = await this.#next();
      if (messages === undefined) this.#finish();
      else this.#add(messages);
    }
    this.#isReading = false;
  }

  #isWaitedFor(): boolean {
    if (this.isOver) return false;
    for (const { isWaiting } of this.#subscriptions) if (isWaiting) return true;
    return false;
  }

  /** Returns the next messages, or `undefined` if the cursor fails. */
  async #next(): Promise<readonly StoredMessage[] | undefined> {
    const { signal } = this.#closing;
    try {
      if (!this.#cursor.isStarted) await this.#startCursor();
      const messages = await this.#cursor.take(signal);
      if (messages.length === 0) await this.#cursor.skip(MIN_SKIPPED, signal);
      return messages;
    } catch {
      return undefined;
    }
  }

  #add(messages: readonly StoredMessage[]): void {
    this.#end = this.#cursor.place.next;
    const received = this.#buffer.length;
    for (const message of messages) {
      this.#buffer.push(message);
      this.#bytes += message.data.length;
    }
    this.#shrinkBuffer(received);
    for (const subscription of this.#subscriptions) subscription.offer(messages);
    this.#planProgress();
  }

  /**
   * Schedules one progress report for subscriptions without a wanted message. The report covers all messages up to that
   * time.
   */
  #planProgress(): void {
    if (this.#progressTimer !== undefined) return;
    if (![...this.#subscriptions].some(({ needsProgress }) => needsProgress)) return;
    this.#progressTimer = setTimeout(() => {
      this.#progressTimer = undefined;
      for (const subscription of this.#subscriptions) subscription.reportProgress();
    }, PROGRESS_MS);
  }

  /** Drops the oldest of the first `received` messages until the buffer is within its limits. */
  #shrinkBuffer(received: number): void {
    let dropped = 0;
    let bytes = this.#bytes;
    while (
      dropped < received && (this.#buffer.length - dropped > MAX_BUFFERED_MESSAGES || bytes > MAX_BUFFERED_BYTES)
    ) {
      bytes -= this.#buffer[dropped++]!.data.length;
    }
    if (dropped === 0) return;
    this.#start = this.#buffer[dropped - 1]!.sequence + 1;
    this.#buffer = this.#buffer.slice(dropped);
    this.#bytes = bytes;
  }

  /** The messages of the buffer from a sequence on. */
  #from(sequence: number): StoredMessage[] {
    let first = this.#buffer.length;
    while (first > 0 && this.#buffer[first - 1]!.sequence >= sequence) first--;
    return this.#buffer.slice(first);
  }

  #finish(): void {
    if (this.isOver) return;
    this.#closing.abort();
    clearTimeout(this.#progressTimer);
    this.#onEnd();
    for (const subscription of this.#subscriptions) subscription.wakeUp();
  }
}
