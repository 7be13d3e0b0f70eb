import { type CommitHeaders, decodeCommitHeaders } from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";

/**
 * Finds the commit with a version of an actor by binary search over sequences. In a log of `n` commits, it takes about
 * `log2(n)` requests.
 *
 * @param subject The subject of the actor.
 * @param version At most the last version of `latest`.
 * @param latest The latest commit of the actor, or another commit of the actor that contains this version or a later
 * one.
 * @param first A lower bound for the sequence of the commit; 1 if none is known.
 * @returns The commit. If it was purged, the first commit after it that is still stored.
 */
export async function findVersion(
  log: LogContext,
  subject: string,
  version: number,
  latest: CommitHeaders,
  budget: RetryBudget,
  first = 1,
): Promise<CommitHeaders> {
  let found = latest;
  let low = first;
  let high = latest.sequence - 1;
  while (found.firstVersion > version && low <= high) {
    const middle = Math.floor((low + high) / 2);
    const message = await retryWhileTransient(log, budget, (options) => log.gets.next(subject, middle, options));
    const commit = message && decodeCommitHeaders(log.names, message);
    if (commit?.isSuperseded) {
      low = commit.sequence + 1;
    } else if (commit === undefined || commit.firstVersion > version) {
      if (commit !== undefined && commit.firstVersion < found.firstVersion) found = commit;
      high = middle - 1;
    } else if (commit.lastVersion < version) {
      low = commit.sequence + 1;
    } else {
      return commit;
    }
  }
  return found;
}
