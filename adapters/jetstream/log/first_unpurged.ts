import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { LogContext } from "./log_context.ts";

/**
 * Returns the first sequence of the stream, but at least `from`. A reader calls it after a read that began at `from`.
 * If the result is greater than `from`, commits below it may have been purged before they were read. The call takes one
 * request.
 */
export async function firstUnpurged(
  log: LogContext,
  from: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const budget = log.api.newBudget(signal);
  const info = await retryWhileTransient(log, budget, (options) => log.stream.info({}, options));
  return Math.max(from, info?.state.first_seq ?? 0);
}
