import type { FollowRange, Page } from "../../../adapter.ts";
import { anchorAt } from "../streams/read_anchor.ts";
import { keepTrying } from "../api/keep_trying.ts";
import { LogCursor } from "./log_cursor.ts";
import type { LogContext } from "./log_context.ts";
import { type LogFilter, toLogFilter } from "./log_filter.ts";
import type { LogPlace } from "./log_place.ts";
import { findLast, findLogState, messageAt, startOf } from "./log_range.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { decoderOf, toPages } from "./to_pages.ts";

/** Non-matching commits for which the place is moved while nothing comes: half of those that are never purged. */
const WORTH_SKIPPING = 512;

/** Where following starts. */
interface Beginning {
  readonly filter: LogFilter;
  readonly place: LogPlace;
  /** The sequence of the last wanted commit that is there already. */
  readonly until: number;
}

/** Follows the log: see `Log.follow`. */
export async function* follow(
  log: LogContext,
  range: FollowRange,
  signal: AbortSignal,
): AsyncGenerator<Page | "caughtUp", void, void> {
  const { api } = log;
  const beginning = await keepTrying(api.timeout, signal, (budget) => begin(log, range, budget));
  const { filter, place } = beginning;
  let { until } = beginning;
  let isCaughtUp = false;
  const { partitions } = filter;
  const cursor = new LogCursor(log, filter, place);
  try {
    while (true) {
      if (!cursor.isStarted) await cursor.start(signal);
      if (!isCaughtUp && cursor.place.next > until) {
        isCaughtUp = true;
        yield "caughtUp";
      }
      const messages = await cursor.take(signal);
      const decode = decoderOf(log, { partitions, identity: cursor.place.identity });
      const due = isCaughtUp ? messages : messages.filter(({ sequence }) => sequence <= until);
      yield* toPages(due, decode);
      if (due.length < messages.length) {
        isCaughtUp = true;
        yield "caughtUp";
        yield* toPages(messages.slice(due.length), decode);
      }
      if (messages.length > 0) continue;
      await cursor.skip(WORTH_SKIPPING, signal);
      // If the last one is not there any more, it will not come.
      if (!isCaughtUp && cursor.isStarted) until = Math.min(until, await findLastNow(log, filter, signal));
    }
  } finally {
    await cursor.close();
  }
}

/** Finds where following starts in a log, which is created if it is not there. */
async function begin(log: LogContext, range: FollowRange, budget: RetryBudget): Promise<Beginning | undefined> {
  await retryWhileTransient(log, budget, (options) => log.stream.ensure(options));
  const state = await findLogState(log, budget);
  // It was deleted, or another process is creating it and a cluster does not have it everywhere yet.
  if (state === undefined) return undefined;
  const { generation } = log.stream;
  const start = await startOf(log, range, state, budget);
  const filter = toLogFilter(log.names, state.partitions, range.actors);
  const until = await findLast(log, filter.subject, state, budget);
  const before = start === 1 ? undefined : await messageAt(log, start - 1, budget);
  const anchor = before && anchorAt(before);
  const { identity } = state;
  return { filter, place: { last: start - 1, anchor, next: start, identity, generation }, until };
}

/** The sequence of the last wanted commit; 0 if there is none. */
function findLastNow(log: LogContext, { subject }: LogFilter, signal: AbortSignal): Promise<number> {
  return keepTrying(log.api.timeout, signal, async (budget) => {
    const state = await findLogState(log, budget);
    return state === undefined ? 0 : await findLast(log, subject, state, budget);
  });
}
