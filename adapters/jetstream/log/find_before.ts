import { type CommitHeaders, decodeCommitHeaders } from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/**
 * Finds the last commit of an actor before a sequence; `undefined` if there is none.
 *
 * The caller has found a superseded message at that sequence. If Aether wrote it, the actor has no earlier commit, and
 * the first request shows this. If another client wrote it, the actor may have earlier commits. A server can search
 * forwards only. The function therefore does a binary search, with one request per step.
 */
export async function findBefore(
  log: LogContext,
  subject: string,
  sequence: number,
  budget: RetryBudget,
): Promise<CommitHeaders | undefined> {
  const next = (from: number) => retryWhileTransient(log, budget, (options) => log.gets.next(subject, from, options));
  while (true) {
    const found = await searchBefore(next, sequence);
    if (found === undefined) return undefined;
    // A purge removes the oldest messages first. If the found message is still stored, no later message was purged.
    if ((await next(found.sequence))?.sequence === found.sequence) return decodeCommitHeaders(log.names, found);
  }
}

/** Searches for the last message before a sequence. A purge during the search can falsify the result. */
async function searchBefore(
  next: (from: number) => Promise<StoredMessage | undefined>,
  sequence: number,
): Promise<StoredMessage | undefined> {
  let found: StoredMessage | undefined;
  let low = 1;
  let high = sequence - 1;
  while (low <= high) {
    const probe = found === undefined ? low : Math.floor((low + high) / 2);
    const message = await next(probe);
    if (message !== undefined && message.sequence < sequence) {
      found = message;
      low = message.sequence + 1;
    } else if (found === undefined) {
      return undefined;
    } else {
      high = probe - 1;
    }
  }
  return found;
}
