import { type CommitHeaders, decodeCommitHeaders } from "../wire/commit_message.ts";
import { findBefore } from "./find_before.ts";
import type { LatestCommit } from "./sequence_cache.ts";
import type { LogContext } from "./log_context.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import { actorSubject } from "../wire/names.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** The end of an actor's history, as the server has it. */
export interface FoundCommit extends LatestCommit {
  /** The actor's. */
  readonly subject: string;
  /** Its last frame that is not void; absent if it has none in the log. */
  readonly commit?: CommitHeaders;
  /** Where there is nothing of the actor in a log that keeps not everything: see `CommitExpectation.observedLastSequence`. */
  readonly observedLastSequence?: number;
}

/** Finds where an actor's history ends; `undefined` if the namespace has no log. */
export async function findLatestCommit(
  log: LogContext,
  actorId: string,
  budget: RetryBudget,
): Promise<FoundCommit | undefined> {
  const facts = await retryWhileTransient(log, budget, (options) => log.stream.find(options));
  if (facts === undefined) return undefined;
  const subject = actorSubject(log.names, facts.partitions, actorId);
  const last = await findLastKnown(log, subject, facts, budget);
  const head = await headBehind(log, subject, last, budget);
  if (head !== undefined) return head;
  if (facts.retention === undefined) return { subject, version: 0, sequence: last?.sequence ?? 0 };
  return await findParked(log, subject, actorId, budget);
}

/**
 * The last frame of an actor, void or not, which is not before one that is known.
 *
 * @throws {RequestFailure} If with replicas, the leader knew less until the time was over: see below.
 */
async function findLastKnown(
  log: LogContext,
  subject: string,
  facts: LogMetadata,
  budget: RetryBudget,
): Promise<CommitHeaders | undefined> {
  const known = log.latest.get(subject);
  const { generation: history } = log.stream;
  while (true) {
    const frame = await findLast(log, subject, budget);
    if (known === undefined || !isBefore(frame, known, facts)) return frame;
    // The log was restored, or is another one.
    log.latest.delete(subject);
    log.stream.invalidate();
    if (!log.stream.isReplicated) return frame;
    // Or who answered was frozen, or cut off, and does not know yet that there is another leader.
    await retryWhileTransient(log, budget, (options) => log.stream.find(options));
    if (log.stream.generation !== history) return frame;
    await budget.backoff(new RequestFailure("lost", new Error("the stream's leader knows less than was known before")));
  }
}

/**
 * The order is what counts: first how far the log has come, then that it has nothing of the actor, then the head that
 * was parked. What left the log before the second is in the third, and what came after the first is still in the log
 * when a frame comes in time: the server would refuse it.
 */
async function findParked(
  log: LogContext,
  subject: string,
  actorId: string,
  budget: RetryBudget,
): Promise<FoundCommit> {
  const info = await retryWhileTransient(log, budget, (options) => log.stream.info({}, options));
  const last = await findLast(log, subject, budget);
  const head = await headBehind(log, subject, last, budget);
  if (head !== undefined) return head;
  const { version = 0 } = await log.floors.find(actorId, budget) ?? {};
  // A superseded message keeps its sequence: the next appender expects it as the last one.
  if (last !== undefined) return { subject, version, sequence: last.sequence };
  return { subject, version, sequence: 0, observedLastSequence: info?.state.last_seq ?? 0 };
}

/** Whether an actor's last frame is before one that was known when it was asked for. */
function isBefore(frame: CommitHeaders | undefined, known: LatestCommit, { retention }: LogMetadata): boolean {
  // Expired commits may have been purged.
  return frame === undefined ? retention === undefined : frame.sequence < known.sequence;
}

async function findLast(log: LogContext, subject: string, budget: RetryBudget): Promise<CommitHeaders | undefined> {
  const last = await retryWhileTransient(log, budget, (options) => log.gets.last(subject, options));
  return last && decodeCommitHeaders(log.names, last);
}

/** The head of an actor whose last frame is known; `undefined` if no frame of it counts. */
async function headBehind(
  log: LogContext,
  subject: string,
  last: CommitHeaders | undefined,
  budget: RetryBudget,
): Promise<FoundCommit | undefined> {
  let frame = last;
  while (frame?.isSuperseded) frame = await findBefore(log, subject, frame.sequence, budget);
  if (last === undefined || frame === undefined) return undefined;
  const head = { version: frame.lastVersion, sequence: last.sequence };
  log.latest.advance(subject, head);
  log.stream.rememberCommit(frame.sequence, frame.commitId);
  return { ...head, subject, commit: frame };
}
