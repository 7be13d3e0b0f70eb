import { type CommitHeaders, decodeCommitHeaders } from "../wire/commit_message.ts";
import { findBefore } from "./find_before.ts";
import type { LatestCommit } from "./sequence_cache.ts";
import type { LogContext } from "./log_context.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import { actorSubject } from "../wire/names.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** The latest commit of an actor, as the server reports it. */
export interface FoundCommit extends LatestCommit {
  /** The subject of the actor. */
  readonly subject: string;
  /** The last commit of the actor that is not superseded; absent if there is none in the log. */
  readonly commit?: CommitHeaders;
  /**
   * Present if commits of the log expire and the log has no commit of the actor: see
   * `ExpectedLatest.observedSequence`.
   */
  readonly observedSequence?: number;
}

/** Finds the latest commit of an actor; `undefined` if the namespace has no log. */
export async function findLatestCommit(
  log: LogContext,
  actorId: string,
  budget: RetryBudget,
): Promise<FoundCommit | undefined> {
  const metadata = await retryWhileTransient(log, budget, (options) => log.stream.find(options));
  if (metadata === undefined) return undefined;
  const subject = actorSubject(log.names, metadata.partitions, actorId);
  const last = await findLastKnown(log, subject, metadata, budget);
  const latest = await skipSuperseded(log, subject, last, budget);
  if (latest !== undefined) return latest;
  if (metadata.retention === undefined) return { subject, version: 0, sequence: last?.sequence ?? 0 };
  return await findFloor(log, subject, actorId, budget);
}

/**
 * The last message of an actor, superseded or not. It is at least as new as the cached latest commit.
 *
 * @throws {RequestFailure} If the stream has replicas, and a stale leader answered until the budget was used up.
 */
async function findLastKnown(
  log: LogContext,
  subject: string,
  metadata: LogMetadata,
  budget: RetryBudget,
): Promise<CommitHeaders | undefined> {
  const known = log.latest.get(subject);
  const { generation } = log.stream;
  while (true) {
    const commit = await findLast(log, subject, budget);
    if (known === undefined || !isBefore(commit, known, metadata)) return commit;
    // The log was restored or recreated, or a stale leader answered.
    log.latest.delete(subject);
    log.stream.invalidate();
    if (!log.stream.isReplicated) return commit;
    // In the same generation, a former leader has answered. It was frozen or partitioned, and has not learned of its
    // successor.
    await retryWhileTransient(log, budget, (options) => log.stream.find(options));
    if (log.stream.generation !== generation) return commit;
    await budget.backoff(
      new RequestFailure("no-reply", new Error("the leader of the stream returned an older state than before")),
    );
  }
}

/**
 * Finds the version of an actor that had no commit in the log, from its version floor.
 *
 * The order of the three reads matters: first the last sequence of the log, then the commits of the actor, then its
 * version floor. The version floor contains the version of a commit that was purged before the second read. A commit
 * that another writer stored after the first read is not purged within the window: the server refuses a message that
 * arrives within the window.
 */
async function findFloor(
  log: LogContext,
  subject: string,
  actorId: string,
  budget: RetryBudget,
): Promise<FoundCommit> {
  const info = await retryWhileTransient(log, budget, (options) => log.stream.info({}, options));
  const last = await findLast(log, subject, budget);
  const latest = await skipSuperseded(log, subject, last, budget);
  if (latest !== undefined) return latest;
  const { version = 0 } = await log.floors.find(actorId, budget) ?? {};
  // A superseded message keeps its sequence: the next appender expects it as the last one.
  if (last !== undefined) return { subject, version, sequence: last.sequence };
  return { subject, version, sequence: 0, observedSequence: info?.state.last_seq ?? 0 };
}

/** Whether an actor's last message is older than a commit that was known before the request. */
function isBefore(commit: CommitHeaders | undefined, known: LatestCommit, { retention }: LogMetadata): boolean {
  // Expired commits may have been purged.
  return commit === undefined ? retention === undefined : commit.sequence < known.sequence;
}

async function findLast(log: LogContext, subject: string, budget: RetryBudget): Promise<CommitHeaders | undefined> {
  const last = await retryWhileTransient(log, budget, (options) => log.gets.last(subject, options));
  return last && decodeCommitHeaders(log.names, last);
}

/** The latest commit of an actor whose last message is known; `undefined` if all its messages are superseded. */
async function skipSuperseded(
  log: LogContext,
  subject: string,
  last: CommitHeaders | undefined,
  budget: RetryBudget,
): Promise<FoundCommit | undefined> {
  let commit = last;
  while (commit?.isSuperseded) commit = await findBefore(log, subject, commit.sequence, budget);
  if (last === undefined || commit === undefined) return undefined;
  const latest = { version: commit.lastVersion, sequence: last.sequence };
  log.latest.advance(subject, latest);
  log.stream.rememberCommit(commit.sequence, commit.commitId);
  return { ...latest, subject, commit };
}
