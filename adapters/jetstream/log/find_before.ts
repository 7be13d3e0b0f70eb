import { type CommitHeaders, decodeCommitHeaders } from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/**
 * The last commit of an actor before a sequence. A superseded message that Aether wrote has no commit before it, which
 * one request shows. One that another client wrote may have some. A server searches forwards only, so that a search
 * takes as many requests as the sequence has binary digits.
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
    // A purge removes the oldest messages first. While this one is stored, no later one was purged during the search.
    if ((await next(found.sequence))?.sequence === found.sequence) return decodeCommitHeaders(log.names, found);
  }
}

async function searchBefore(
  next: (from: number) => Promise<StoredMessage | undefined>,
  sequence: number,
): Promise<StoredMessage | undefined> {
  let found: StoredMessage | undefined;
  let low = 1;
  let high = sequence - 1;
  while (low <= high) {
    const middle = found === undefined ? low : Math.floor((low + high) / 2);
    const message = await next(middle);
    if (message !== undefined && message.sequence < sequence) {
      found = message;
      low = message.sequence + 1;
    } else if (found === undefined) {
      return undefined;
    } else {
      high = middle - 1;
    }
  }
  return found;
}
