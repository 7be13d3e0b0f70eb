import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { type CommitHeaders, decodeCommitHeaders, type ExpectedLatest } from "../wire/commit_message.ts";
import type { Successor } from "./append_decision.ts";
import type { LogContext } from "./log_context.ts";

/**
 * Finds the successor of an actor's commit: the next commit of the actor, or the version floor of an expired one.
 *
 * @param mayExpire Whether commits of the log expire.
 */
export async function findSuccessor(
  log: LogContext,
  { actorId, subject }: { readonly actorId: string; readonly subject: string },
  { sequence, version }: ExpectedLatest,
  mayExpire: boolean,
  budget: RetryBudget,
): Promise<Successor> {
  const commit = await nextCommit(log, subject, sequence + 1, budget);
  if (commit !== undefined) return { kind: "commit", commit };
  const floor = mayExpire ? await log.floors.find(actorId, budget) : undefined;
  return floor === undefined || floor.version <= version ? { kind: "none" } : { kind: "floor", floor };
}

/** The first commit of a subject from a sequence on. Superseded commits are skipped. */
async function nextCommit(
  log: LogContext,
  subject: string,
  from: number,
  budget: RetryBudget,
): Promise<CommitHeaders | undefined> {
  const { gets, names } = log;
  for (let next = from;;) {
    const message = await retryWhileTransient(log, budget, (options) => gets.next(subject, next, options));
    const commit = message && decodeCommitHeaders(names, message);
    if (!commit?.isSuperseded) return commit;
    next = commit.sequence + 1;
  }
}
