import type { CommitPlace, Page } from "../../../adapter.ts";
import { EventsExpiredError, UnknownPositionError } from "../../../errors.ts";
import { keepTrying } from "../api/keep_trying.ts";
import type { FeedSubscription } from "./feed_subscription.ts";
import type { LiveFeed } from "./live_feed.ts";
import type { LiveFeeds } from "./live_feeds.ts";
import { LogCursor } from "./log_cursor.ts";
import type { LogContext } from "./log_context.ts";
import type { LogFilter } from "./log_filter.ts";
import type { LogPlace } from "./log_place.ts";
import { findLast, findLogState } from "./log_state.ts";
import type { PermitHolder, RevocableSemaphore } from "../util/revocable_semaphore.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { type Decoder, toPages } from "./to_pages.ts";

/** Where a subscription starts. */
export interface SubscriptionStart {
  readonly filter: LogFilter;
  readonly place: LogPlace;
  /** The sequence of the last wanted commit when the subscription started; 0 if there is none. */
  readonly until: number;
  /** The sequence of the last commit when the subscription started. */
  readonly end: number;
  /** Whether the reader receives {@link Progress}. */
  readonly progress: boolean;
}

/** The parts that the subscriptions of a log share. */
export interface SharedFollowing {
  readonly feeds: LiveFeeds;
  /** Limits the cursors of subscriptions that catch up. */
  readonly catchUps: RevocableSemaphore;
}

/** Reports that every wanted commit up to a place was delivered. */
export interface Progress {
  readonly through: CommitPlace;
}

/** An item of a subscription. */
export type FollowItem = Page | "caughtUp" | Progress;

/** One subscription of a log. The subscription catches up with a cursor of its own, and then joins a live feed. */
export class Subscriber {
  readonly #log: LogContext;
  readonly #feeds: LiveFeeds;
  readonly #catchUps: RevocableSemaphore;
  readonly #filter: LogFilter;
  readonly #signal: AbortSignal;
  #place: LogPlace;
  #until: number;
  readonly #end: number;
  readonly #wantsProgress: boolean;
  #isCaughtUp = false;
  /** Present while the subscription catches up. */
  #catchUp: { readonly cursor: LogCursor; readonly permit: PermitHolder } | undefined;
  /** Present while the subscription is in a feed. */
  #live: { readonly feed: LiveFeed; readonly subscription: FeedSubscription } | undefined;

  constructor(log: LogContext, shared: SharedFollowing, start: SubscriptionStart, signal: AbortSignal) {
    this.#log = log;
    this.#feeds = shared.feeds;
    this.#catchUps = shared.catchUps;
    this.#filter = start.filter;
    this.#place = start.place;
    this.#until = start.until;
    this.#end = start.end;
    this.#wantsProgress = start.progress;
    this.#signal = signal;
    // A subscription at the end of the log joins a feed without a cursor of its own.
    if (start.place.next > start.end && this.#findFeed() === undefined) this.#openFeed();
  }

  /** Whether the consumer of the subscription was lost and has not been replaced yet. */
  get isReconnecting(): boolean {
    return (this.#catchUp?.cursor ?? this.#live?.feed)?.isReconnecting === true;
  }

  /** The next items of `Log.follow`, possibly none. Called after all previous items were taken. */
  async next(): Promise<Iterable<FollowItem>> {
    if (this.#live !== undefined) return await this.#nextLive(this.#live);
    if (this.#catchUp !== undefined) await this.#goLive(this.#catchUp.cursor);
    const feed = this.#joinable();
    if (feed !== undefined) return await this.#join(feed);
    return await this.#nextOfCatchUp();
  }

  async close(): Promise<void> {
    await this.#leave();
    await this.#endCatchUp();
  }

  #openFeed(): void {
    const cursor = new LogCursor(this.#log, this.#filter, this.#place);
    // The cursor has not been started: closing it sends no request.
    if (!this.#feeds.open(cursor, this.#wantsProgress)) void cursor.close();
  }

  /** A feed that covers every message from the current place on. */
  #joinable(): LiveFeed | undefined {
    const feed = this.#findFeed();
    return feed?.covers(this.#place.next) ? feed : undefined;
  }

  #findFeed(): LiveFeed | undefined {
    return this.#feeds.find(this.#filter, this.#wantsProgress);
  }

  /** Whether every wanted commit that was stored when the subscription started was delivered. */
  get #isUpToDate(): boolean {
    return this.#isCaughtUp || this.#place.next > this.#until;
  }

  async #nextOfCatchUp(): Promise<Iterable<FollowItem>> {
    const { cursor, permit } = this.#catchUp ??= this.#newCatchUp();
    if (!cursor.isStarted) {
      await this.#catchUps.acquire(permit, this.#signal);
      await cursor.start(this.#signal);
    }
    if (this.#isUpToDate && !this.#isCaughtUp) return this.#reportCaughtUp();
    const messages = await cursor.take(this.#signal);
    this.#catchUps.progress(permit);
    this.#place = cursor.place;
    return this.#deliver(messages, cursor.decode);
  }

  #newCatchUp(): { readonly cursor: LogCursor; readonly permit: PermitHolder } {
    const cursor = new LogCursor(this.#log, this.#filter, this.#place);
    return { cursor, permit: { revoke: () => cursor.suspend() } };
  }

  /**
   * If the cursor of the catch-up has reached the end of the log, opens a feed with this cursor. If there is a feed
   * already, moves the cursor to a place from which the subscription can join that feed.
   */
  async #goLive(cursor: LogCursor): Promise<void> {
    if (!cursor.isAtEnd || this.#joinable() !== undefined) return;
    if (!this.#isUpToDate) await this.#giveUpPurged();
    if (!this.#isUpToDate) return;
    if (this.#findFeed() === undefined) this.#openFeedWith(cursor);
    else await this.#skipOthers(cursor);
  }

  #openFeedWith(cursor: LogCursor): void {
    const { permit } = this.#catchUp!;
    if (!this.#feeds.open(cursor, this.#wantsProgress)) return;
    this.#catchUps.release(permit);
    this.#catchUp = undefined;
  }

  /** Stops waiting for commits that were purged since the subscription started. */
  async #giveUpPurged(): Promise<void> {
    const { last } = await this.#findEnd();
    this.#until = Math.min(this.#until, last);
  }

  /** Moves a cursor to the end of the log if no wanted commit is before the end. */
  async #skipOthers(cursor: LogCursor): Promise<void> {
    const { last, end } = await this.#findEnd();
    if (last < cursor.place.next) await cursor.skipTo(end + 1, this.#signal);
    this.#place = cursor.place;
  }

  async #join(feed: LiveFeed): Promise<Iterable<FollowItem>> {
    const subscription = feed.join(this.#filter, this.#place, this.#signal, this.#wantsProgress);
    this.#live = { feed, subscription };
    await this.#endCatchUp();
    try {
      if (await feed.ready(subscription) && this.#isUpToDate && !this.#isCaughtUp) return this.#reportCaughtUp();
    } catch (error) {
      // The failure may concern only the place of the feed, not the place of the subscription.
      if (!(error instanceof EventsExpiredError || error instanceof UnknownPositionError)) throw error;
    }
    return [];
  }

  async #nextLive(
    { feed, subscription }: { feed: LiveFeed; subscription: FeedSubscription },
  ): Promise<Iterable<FollowItem>> {
    const messages = await feed.take(subscription);
    if (messages?.length === 0) return [this.#progress(feed.placeOf(subscription))];
    if (messages !== undefined) return this.#deliver(messages, (message) => feed.eventsOf(message));
    await this.#leave();
    return [];
  }

  async #leave(): Promise<void> {
    if (this.#live === undefined) return;
    const { feed, subscription } = this.#live;
    this.#place = feed.placeOf(subscription);
    this.#live = undefined;
    await feed.leave(subscription);
  }

  /** Closes the cursor of the catch-up, if there is one. */
  async #endCatchUp(): Promise<void> {
    if (this.#catchUp === undefined) return;
    const { cursor, permit } = this.#catchUp;
    this.#catchUp = undefined;
    this.#catchUps.release(permit);
    await cursor.close();
  }

  #reportCaughtUp(): FollowItem[] {
    this.#isCaughtUp = true;
    if (!this.#wantsProgress || this.#end === 0) return ["caughtUp"];
    return [this.#progress({ ...this.#place, next: this.#end + 1 }), "caughtUp"];
  }

  #progress({ identity, next }: LogPlace): Progress {
    return { through: { identity, offset: next - 1 } };
  }

  *#deliver(messages: readonly StoredMessage[], decode: Decoder): Generator<FollowItem, void, void> {
    const due = this.#isCaughtUp ? messages : messages.filter(({ sequence }) => sequence <= this.#until);
    yield* toPages(due, decode);
    if (!this.#isCaughtUp && (messages.at(-1)?.sequence ?? 0) >= this.#until) yield* this.#reportCaughtUp();
    yield* toPages(messages.slice(due.length), decode);
  }

  /**
   * Finds the sequence of the last commit of the log (`end`), then the sequence of the last wanted commit (`last`).
   * Each is 0 if there is no such commit.
   */
  #findEnd(): Promise<{ readonly last: number; readonly end: number }> {
    return keepTrying(this.#log.api, this.#signal, async (budget) => {
      const state = await findLogState(this.#log, budget);
      if (state === undefined) return { last: 0, end: 0 };
      return { last: await findLast(this.#log, this.#filter.subject, state, budget), end: state.last };
    });
  }
}
