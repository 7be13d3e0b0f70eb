import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { LogContext } from "./log_context.ts";

/**
 * For a reader that has read from a sequence on: the sequence from which on no commit was purged meanwhile. It takes
 * one request.
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
