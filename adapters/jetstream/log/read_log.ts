import type { LogRange, Page } from "../../../adapter.ts";
import { GapCheck } from "./gap_check.ts";
import type { LogContext } from "./log_context.ts";
import { toLogFilter } from "./log_filter.ts";
import { checkPosition, eventsExpiredError, findLast, findLogState, startOf } from "./log_state.ts";
import { readMessages } from "./read_messages.ts";
import { PurgedDuringRead } from "./purged_during_read.ts";
import { decoderOf, toPages } from "./to_pages.ts";

/** Reads the log up to its end at the time of the call: see `Log.readLog`. */
export async function* readLog(
  log: LogContext,
  { to, actors, limit, ...range }: LogRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  const newBudget = () => log.api.newBudget(signal);
  const budget = newBudget();
  const state = await findLogState(log, budget);
  checkPosition(log, range, state);
  if (state === undefined) return;
  const start = await startOf(log, range, state, budget);
  const filter = toLogFilter(log.names, state.partitions, actors);
  const last = await findLast(log, filter.subject, state, budget);
  const until = Math.min(to, last);
  if (start > until) return;
  const check = new GapCheck(log, filter, start);
  const decode = decoderOf(log, state);
  const expired = () => eventsExpiredError(log, check.next, newBudget());
  try {
    // The caller may discard events of the first commit: one more message is requested.
    for await (
      const messages of readMessages(
        log,
        { subject: filter.subject, from: start, until, expectedCount: limit + 1 },
        signal,
      )
    ) {
      for (let accepted = 0; accepted < messages.length;) {
        const next = await check.accept(messages.slice(accepted), newBudget());
        yield* toPages(next, decode);
        accepted += next.length;
      }
    }
  } catch (error) {
    throw error instanceof PurgedDuringRead ? await expired() : error;
  }
  if (check.next > until) return;
  if (filter.isWhole || until === last) throw await expired();
  // With a filter, the last wanted commit before the end of the range is unknown.
  const end = await findLogState(log, newBudget());
  if (end !== undefined) await check.resume(end, newBudget());
}
