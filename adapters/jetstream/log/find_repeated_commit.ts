import type { Commit } from "../../../adapter.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import type { CommitHeaders } from "../wire/commit_message.ts";
import { findVersion } from "./find_version.ts";
import type { LogContext } from "./log_context.ts";
import { findLogState } from "./log_state.ts";

/** Where to search for the commit that an earlier, identical append stored. */
export interface RepeatedCommitSearch {
  /** The subject of the actor. */
  readonly subject: string;
  /** The latest commit of the actor. */
  readonly latest: CommitHeaders;
  /** Whether commits of the log expire. An expired commit is not found, even while it is still stored. */
  readonly mayExpire: boolean;
}

/** Finds the commit that an earlier append with the same commit id stored at the expected version. */
export async function findRepeatedCommit(
  log: LogContext,
  { expectedVersion, id }: Commit,
  { subject, latest, mayExpire }: RepeatedCommitSearch,
  budget: RetryBudget,
): Promise<CommitHeaders | undefined> {
  if (typeof expectedVersion !== "number" || expectedVersion >= latest.lastVersion) return undefined;
  const firstVersion = expectedVersion + 1;
  const found = await findVersion(log, subject, firstVersion, latest, budget);
  if (found.firstVersion !== firstVersion || found.commitId !== id) return undefined;
  const state = mayExpire ? await findLogState(log, budget) : undefined;
  return state !== undefined && found.sequence < state.first ? undefined : found;
}
