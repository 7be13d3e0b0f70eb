import type { FollowRange, Page } from "../../adapter.ts";
import { UnknownPositionError } from "../../mod.ts";
import { pause } from "./abortable.ts";
import type { LogContext } from "./log_context.ts";
import { findLast, findLogState, type LogState, startOf, subjectOf } from "./log_range.ts";
import { OrderedConsumer } from "./ordered_consumer.ts";
import { PageBuilder } from "./page_builder.ts";
import { Patience } from "./patience.ts";
import { isPassing, RequestFailure } from "./request_failure.ts";
import { readStored } from "./read_stored.ts";

/** Milliseconds before another round of tries after one that failed, doubled each time. */
const FIRST_PAUSE = 10;
const MAX_PAUSE = 1_000;

/** Follows the log: see `Log.follow`. */
export async function* follow(
  log: LogContext,
  range: FollowRange,
  signal: AbortSignal,
): AsyncGenerator<Page | "caughtUp", void, void> {
  const patience = new Patience(log.api.patience, signal);
  const state = await madeState(log, patience);
  const { created } = log.stream;
  const { partitions } = state;
  const start = await startOf(log, range, state, patience);
  const subject = subjectOf(log, partitions, range.actors);
  const isWhole = subject === log.names.allActors;
  let until = await findLast(log, subject, state, patience);
  let isCaughtUp = false;
  const builder = new PageBuilder(log, partitions, start, isWhole);
  const consumer = new OrderedConsumer(log, isWhole ? undefined : subject, start);
  log.consumers.add(consumer);
  try {
    while (true) {
      if (!isCaughtUp && consumer.next > until && !consumer.ready) {
        isCaughtUp = true;
        yield "caughtUp";
      }
      if (!consumer.running && !consumer.ready) await keepStarting(log, consumer, created, signal);
      const messages = await consumer.take(signal);
      await keepTrying(log, signal, async () => {
        await builder.checkGap(messages, signal);
        return true;
      });
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

/** What a log holds, which is made if it is not there. */
async function madeState(log: LogContext, patience: Patience): Promise<LogState> {
  while (true) {
    await readStored(log, patience, (options) => log.stream.ensure(options));
    const state = await findLogState(log, patience);
    if (state !== undefined) return state;
    // Deleted meanwhile; or somebody else is making it, and a cluster does not have it everywhere yet.
    await patience.again(new RequestFailure("unheard", new Error("the stream is not there")));
  }
}

/** A log without a stream, which somebody deleted, is one that never held anything. */
async function stateOf(log: LogContext, patience: Patience): Promise<LogState> {
  return await findLogState(log, patience) ?? { partitions: 1, first: 1, stored: 1, last: 0 };
}

/** Makes the consumer, however long the server is away; what it misses meanwhile it gets then. */
async function keepStarting(
  log: LogContext,
  consumer: OrderedConsumer,
  created: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  await keepTrying(log, signal, async (patience) => {
    const state = await stateOf(log, patience);
    // What expires while it is followed is still due as long as it is stored.
    const { stored: first } = state;
    // Deleted and made anew meanwhile, it may have come as far as the one before.
    if (consumer.next > 1 && log.stream.created !== created) throw new UnknownPositionError(log.names.namespace);
    await startOf(log, { from: consumer.next, reached: consumer.next - 1 }, { ...state, first }, patience);
    const started = await readStored(log, patience, (options) => consumer.start(options));
    // Its stream was deleted before anything was stored in it.
    if (!started) await readStored(log, patience, (options) => log.stream.ensure(options));
    return started;
  });
}

/** Tries something until it is done, however long the server is away: `undefined` says that it is not. */
async function keepTrying<T>(
  log: LogContext,
  signal: AbortSignal,
  attempt: (patience: Patience) => Promise<T | undefined>,
): Promise<T> {
  for (let ms = FIRST_PAUSE;; ms = Math.min(ms * 2, MAX_PAUSE)) {
    try {
      const done = await attempt(new Patience(log.api.patience, signal));
      if (done !== undefined) return done;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await pause(ms, signal);
  }
}
