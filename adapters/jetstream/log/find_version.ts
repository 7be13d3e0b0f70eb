import { type CommitHeaders, decodeCommitHeaders } from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";

/**
 * Finds the frame that holds a version of an actor, by halving the log: about as many requests as the log's length has
 * binary digits, whatever the actor's.
 *
 * @param subject The actor's.
 * @param version At most the last version of `head`.
 * @param head The actor's last frame, or another that holds the version or comes after it.
 * @param first A sequence that is not after the frame; 1 if none is known.
 * @returns The frame; the next one that is left, if it has expired.
 */
export async function findVersion(
  log: LogContext,
  subject: string,
  version: number,
  head: CommitHeaders,
  budget: RetryBudget,
  first = 1,
): Promise<CommitHeaders> {
  let found = head;
  let low = first;
  let high = head.sequence - 1;
  while (found.firstVersion > version && low <= high) {
    const middle = Math.floor((low + high) / 2);
    const message = await retryWhileTransient(log, budget, (options) => log.gets.next(subject, middle, options));
    const frame = message && decodeCommitHeaders(log.names, message);
    if (frame?.isSuperseded) {
      low = frame.sequence + 1;
    } else if (frame === undefined || frame.firstVersion > version) {
      if (frame !== undefined && frame.firstVersion < found.firstVersion) found = frame;
      high = middle - 1;
    } else if (frame.lastVersion < version) {
      low = frame.sequence + 1;
    } else {
      return frame;
    }
  }
  return found;
}
