import type { CommitPlace, FollowedLog, FollowRange, Page } from "../../../adapter.ts";
import { anchorAt } from "../streams/read_anchor.ts";
import { GapCheck } from "./gap_check.ts";
import { keepTrying } from "../api/keep_trying.ts";
import { LiveFeeds } from "./live_feeds.ts";
import type { LogContext } from "./log_context.ts";
import { toLogFilter } from "./log_filter.ts";
import { findLast, findLogState, messageAt, startOf } from "./log_state.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { toUserError } from "../api/to_user_error.ts";
import { RevocableSemaphore } from "../util/revocable_semaphore.ts";
import { Semaphore } from "../api/semaphore.ts";
import { restartAtOldest } from "./restart_at_oldest.ts";
import { type SharedFollowing, Subscriber, type SubscriptionStart } from "./subscriber.ts";

/** Maximum number of subscriptions of one log that find their start at the same time, with a few requests each. */
const MAX_STARTING = 64;
/** Maximum number of subscriptions of one log that catch up at the same time, each with its own consumer. */
const MAX_CATCHING_UP = 32;

/** The state of a reader that follows a log. */
interface FollowProgress {
  /** See `FollowedLog.through`. */
  through?: CommitPlace | undefined;
  /** Absent until the start of the subscription is known. */
  subscriber?: Subscriber;
}

/** The subscriptions of one log in this process. */
export class LogFollower {
  readonly #log: LogContext;
  readonly #starting: Semaphore;
  readonly #shared: SharedFollowing;

  constructor(log: LogContext) {
    this.#log = log;
    this.#starting = new Semaphore(MAX_STARTING, log.api.timeout, log.api.environment);
    this.#shared = { feeds: new LiveFeeds(log), catchUps: new RevocableSemaphore(MAX_CATCHING_UP) };
  }

  /** Follows the log: see `Log.follow`. */
  follow(range: FollowRange, signal: AbortSignal): FollowedLog {
    const { monitor } = this.#log.api;
    const progress: FollowProgress = {};
    const start = () => this.#follow(range, progress, signal);
    const items = range.from === "oldest-available" ? restartAtOldest(start) : start();
    return {
      get through() {
        return progress.through;
      },
      get isReconnecting() {
        return monitor.isDown || progress.subscriber?.isReconnecting === true;
      },
      [Symbol.asyncIterator]: () => items,
    };
  }

  async *#follow(
    range: FollowRange,
    progress: FollowProgress,
    signal: AbortSignal,
  ): AsyncGenerator<Page | "caughtUp", void, void> {
    let subscriber: Subscriber | undefined;
    try {
      subscriber = new Subscriber(this.#log, this.#shared, await this.#findStart(range, signal), signal);
      progress.subscriber = subscriber;
      while (true) {
        for (const item of await subscriber.next()) {
          if (item === "caughtUp" || Array.isArray(item)) yield item;
          else {
            progress.through = item.through;
            yield [];
          }
        }
      }
    } catch (error) {
      if (!signal.aborted) throw toUserError(`follow namespace "${this.#log.names.namespace}"`, error);
    } finally {
      await subscriber?.close();
    }
  }

  #findStart(range: FollowRange, signal: AbortSignal): Promise<SubscriptionStart> {
    const { api } = this.#log;
    const find = () => findStart(this.#log, range, api.newBudget(signal));
    return keepTrying(api, signal, () => this.#starting.run(signal, find));
  }
}

/** Finds where a subscription starts in a log. Creates the log if it does not exist. */
async function findStart(
  log: LogContext,
  range: FollowRange,
  budget: RetryBudget,
): Promise<SubscriptionStart | undefined> {
  await retryWhileTransient(log, budget, (options) => log.stream.ensure(options));
  const state = await findLogState(log, budget);
  // The stream was deleted, or another process is creating it and some servers of the cluster do not have it yet.
  if (state === undefined) return undefined;
  const { generation } = log.stream;
  const from = await startOf(log, range, state, budget);
  const filter = toLogFilter(log.names, state.partitions, range.actors, range.partition);
  const until = await findLast(log, filter.subject, state, budget);
  const check = new GapCheck(log, filter, from);
  if (from > until) await check.advance(state.last + 1, budget);
  const previous = from === 1 ? undefined : await messageAt(log, from - 1, budget);
  const anchor = previous && anchorAt(previous);
  const place = { last: from - 1, anchor, next: check.next, identity: state.identity, generation };
  return { filter, place, until, end: state.last, progress: range.progress === true };
}
