import type { LogRange, Page } from "../../../adapter.ts";
import { UnknownPositionError } from "../../../mod.ts";
import type { LogContext } from "./log_context.ts";
import { eventsExpiredError, findLast, findLogState, startOf, subjectOf } from "./log_range.ts";
import { firstUnpurged } from "./first_unpurged.ts";
import { PageBuilder } from "./page_builder.ts";
import { RetryBudget } from "../api/retry_budget.ts";
import { readMessages } from "./read_messages.ts";
import { FirstEventExpired } from "./first_event_expired.ts";

/** Reads the log up to its end as of the call: see `Log.readLog`. */
export async function* readLog(
  log: LogContext,
  { from, to, reached, actors, limit }: LogRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  const budget = new RetryBudget(log.api.timeout, signal);
  const state = await findLogState(log, budget);
  if (state === undefined) {
    if (reached === 0) return;
    throw new UnknownPositionError(log.names.namespace);
  }
  const { partitions } = state;
  const start = await startOf(log, { from, reached }, state, budget);
  const subject = subjectOf(log, partitions, actors);
  const last = await findLast(log, subject, state, budget);
  const until = Math.min(to, last);
  if (start > until) return;
  const isWhole = subject === log.names.allActors;
  const builder = new PageBuilder(log, partitions, start, isWhole);
  const expired = () => eventsExpiredError(log, partitions, builder.next, new RetryBudget(log.api.timeout, signal));
  try {
    // The first commit may be one that its reader knows a part of.
    for await (const messages of readMessages(log, { subject, from: start, until, about: limit + 1 }, signal)) {
      await builder.checkGap(messages, signal);
      yield* builder.pages(messages);
    }
  } catch (error) {
    throw error instanceof FirstEventExpired ? await expired() : error;
  }
  if (builder.next > until) return;
  // Where commits of others are left out, the last wanted one before the end of the range is unknown.
  const isLastKnown = isWhole || until === last;
  if (isLastKnown || await firstUnpurged(log, builder.next, signal) > builder.next) throw await expired();
}
