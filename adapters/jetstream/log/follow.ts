import type { FollowRange, Page } from "../../../adapter.ts";
import { UnknownPositionError } from "../../../mod.ts";
import { delay } from "../util/abortable.ts";
import { anchorAt, type ReadAnchor } from "../streams/read_anchor.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import type { LogContext } from "./log_context.ts";
import { findLast, findLogState, type LogState, startOf, subjectOf } from "./log_range.ts";
import { OrderedConsumer } from "../api/ordered_consumer.ts";
import { PageBuilder } from "./page_builder.ts";
import { RetryBudget } from "../api/retry_budget.ts";
import { isTransient } from "../api/api_error.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";

/** Milliseconds before another round of tries after one that failed, doubled each time. */
const FIRST_PAUSE = 10;
const MAX_PAUSE = 1_000;

/**
 * Milliseconds for which a leader is doubted that knows less of a log than was read: one that was frozen, or cut off, does
 * not know at once that there is another, and is told, or gives up by itself, within 20 seconds.
 */
const DOUBT = 20_000;
/** Milliseconds for which a stream may be missing: it is while it is being restored. */
const ABSENCE = 5_000;

/** A log without a stream, which somebody deleted, is one that never held anything. */
const NOTHING: LogState = { partitions: 1, first: 1, stored: 1, last: 0 };

/** Where following starts. */
interface Beginning {
  readonly partitions: number;
  readonly start: number;
  /** The subject of the actors that are wanted. */
  readonly subject: string;
  /** The sequence of the last commit that is there already. */
  readonly until: number;
  readonly foothold: ReadAnchor | undefined;
  readonly history: number;
}

/** Follows the log: see `Log.follow`. */
export async function* follow(
  log: LogContext,
  range: FollowRange,
  signal: AbortSignal,
): AsyncGenerator<Page | "caughtUp", void, void> {
  const beginning = await keepTrying(log, signal, (budget) => begin(log, range, budget));
  const { partitions, start, subject, history } = beginning;
  let { until, foothold } = beginning;
  const isWhole = subject === log.names.allActors;
  let isCaughtUp = false;
  const builder = new PageBuilder(log, partitions, start, isWhole);
  const consumer = new OrderedConsumer(log.api, log.names.log, isWhole ? undefined : subject, start);
  log.consumers.add(consumer);
  try {
    while (true) {
      if (!isCaughtUp && consumer.next > until && !consumer.ready) {
        isCaughtUp = true;
        yield "caughtUp";
      }
      if (!consumer.running && !consumer.ready) await keepStarting(log, consumer, { foothold, history }, signal);
      const messages = await consumer.take(signal);
      await keepTrying(log, signal, async () => {
        await builder.checkGap(messages, signal);
        return true;
      });
      const last = messages.at(-1);
      if (last !== undefined) foothold = anchorAt(last);
      const due = isCaughtUp ? messages : messages.filter(({ sequence }) => sequence <= until);
      yield* builder.pages(due);
      if (due.length < messages.length) {
        isCaughtUp = true;
        yield "caughtUp";
        yield* builder.pages(messages.slice(due.length));
      }
      // The server has no more at the moment. If the last is not there any more, neither will it come.
      if (messages.length === 0 && !isCaughtUp && consumer.running) {
        const last = await keepTrying(log, signal, async (now) => {
          return await findLast(log, subject, await stateOf(log, now), now);
        });
        until = Math.min(until, last);
      }
    }
  } finally {
    log.consumers.delete(consumer);
    await consumer.close();
  }
}

/** Finds where following starts in a log, which is made if it is not there. */
async function begin(log: LogContext, range: FollowRange, budget: RetryBudget): Promise<Beginning | undefined> {
  await retryWhileTransient(log, budget, (options) => log.stream.ensure(options));
  const state = await findLogState(log, budget);
  // Deleted meanwhile; or somebody else is making it, and a cluster does not have it everywhere yet.
  if (state === undefined) return undefined;
  const { generation: history } = log.stream;
  const { partitions } = state;
  const start = await startOf(log, range, state, budget);
  const subject = subjectOf(log, partitions, range.actors);
  const until = await findLast(log, subject, state, budget);
  const foothold = await footholdBefore(log, start, budget);
  return { partitions, start, subject, until, foothold, history };
}

async function stateOf(log: LogContext, budget: RetryBudget): Promise<LogState> {
  return await findLogState(log, budget) ?? NOTHING;
}

/** Makes the consumer, however long the server is away; what it misses meanwhile it gets then. */
async function keepStarting(
  log: LogContext,
  consumer: OrderedConsumer,
  place: Pick<Beginning, "foothold" | "history">,
  signal: AbortSignal,
): Promise<void> {
  let doubted: number | undefined;
  await keepTrying(log, signal, async (budget) => {
    const found = await findLogState(log, budget);
    const state = found ?? NOTHING;
    const isKnown = await isLogOf(log, consumer, place, state, budget);
    if (isKnown === undefined) {
      doubted ??= performance.now();
      const patient = log.stream.isReplicated ? DOUBT : found === undefined ? ABSENCE : 0;
      if (performance.now() - doubted < patient) return undefined;
    }
    if (!isKnown) throw new UnknownPositionError(log.names.namespace);
    // What expires while it is followed is still due as long as it is stored.
    const { stored: first } = state;
    await startOf(log, { from: consumer.next, reached: consumer.next - 1 }, { ...state, first }, budget);
    const started = await retryWhileTransient(log, budget, (options) => consumer.start(options));
    // Its stream was deleted before anything was stored in it.
    if (!started) await retryWhileTransient(log, budget, (options) => log.stream.ensure(options));
    return started;
  });
}

/** Whether the log is the one that was read so far; `undefined` if it has not come that far. */
async function isLogOf(
  log: LogContext,
  { next }: OrderedConsumer,
  { foothold, history }: Pick<Beginning, "foothold" | "history">,
  state: LogState,
  budget: RetryBudget,
): Promise<boolean | undefined> {
  if (state.last < next - 1) return undefined;
  const isThere = foothold && await holds(log, foothold, budget);
  if (isThere !== undefined) return isThere;
  // What was read last may have expired. Deleted and made anew meanwhile, the log may have come as far as the one before.
  return next === 1 || log.stream.generation === history;
}

/** Tries something until it is done, however long the server is away: `undefined` says that it is not. */
async function keepTrying<T>(
  log: LogContext,
  signal: AbortSignal,
  attempt: (budget: RetryBudget) => Promise<T | undefined>,
): Promise<T> {
  for (let ms = FIRST_PAUSE;; ms = Math.min(ms * 2, MAX_PAUSE)) {
    try {
      const done = await attempt(new RetryBudget(log.api.timeout, signal));
      if (done !== undefined) return done;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await delay(ms, signal);
  }
}

/** The foothold of whoever begins to read at a sequence; `undefined` if there is none before it, or not any more. */
async function footholdBefore(
  log: LogContext,
  start: number,
  budget: RetryBudget,
): Promise<ReadAnchor | undefined> {
  if (start === 1) return undefined;
  const message = await messageAt(log, start - 1, budget);
  return message && anchorAt(message);
}

/** Whether a foothold is still there; `undefined` if nothing is in its place. */
async function holds(log: LogContext, foothold: ReadAnchor, budget: RetryBudget): Promise<boolean | undefined> {
  const message = await messageAt(log, foothold.sequence, budget);
  return message && anchorAt(message).commitId === foothold.commitId;
}

async function messageAt(log: LogContext, sequence: number, budget: RetryBudget): Promise<StoredMessage | undefined> {
  const { gets, names } = log;
  const message = await retryWhileTransient(log, budget, (options) => gets.next(names.allActors, sequence, options));
  return message?.sequence === sequence ? message : undefined;
}
