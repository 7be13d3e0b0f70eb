import { Patience } from "../api/patience.ts";
import { readStored } from "../streams/read_stored.ts";
import type { LogContext } from "./log_context.ts";

/**
 * For a reader that has read a log from a sequence on: the sequence from which on no commit can have been purged
 * meanwhile. Costs a request.
 */
export async function firstUnpurged(
  log: LogContext,
  from: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const patience = new Patience(log.api.patience, signal);
  const info = await readStored(log, patience, (options) => log.stream.info({}, options));
  return Math.max(from, info?.state.first_seq ?? 0);
}
