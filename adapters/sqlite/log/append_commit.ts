import { type AppendOutcome, type Commit, meetsExpectation, type Quota } from "../../../adapter.ts";
import { QuotaExceededError } from "../../../errors.ts";
import { keyOf, OFFSET } from "../database/schema.ts";
import type { LogExtent, LogState } from "./log_state.ts";

const INSERT = `INSERT INTO commits
  (log_key, namespace, actor, first_version, last_version, commit_id, latest_time, total_bytes, body)
  VALUES (${keyOf("?", "?")}, ?, ?, ?, ?, ?, ?, ?, ?)`;
const FIRST_AFTER = `SELECT first_version, last_version, commit_id, ${OFFSET} FROM commits
  WHERE namespace = ? AND actor = ? AND last_version > ? ORDER BY last_version LIMIT 1`;

/**
 * Appends a commit within a transaction, if the actor is at the expected version.
 *
 * @param body The JSON form of the commit.
 * @param bytes The bytes of the body in UTF-8.
 * @returns The outcome. A refusal changes nothing, and the transaction continues.
 */
export function appendCommit(
  log: LogState,
  commit: Commit,
  body: string,
  bytes: number,
): AppendOutcome | QuotaExceededError {
  const { actorId, expectedVersion, id: commitId, events, timestamp } = commit;
  const actual = log.versionOf(actorId);
  if (!meetsExpectation(expectedVersion, actual)) return findRepeated(log, commit) ?? { ok: false, actual };
  const { extent, file: { bounds: { quota }, connection } } = log;
  const exceeded = quota && exceededQuota(quota, extent, bytes);
  if (exceeded !== undefined) return quotaExceeded(log, actorId, exceeded);
  const offset = extent.lastOffset + 1;
  const totalBytes = extent.totalBytes + bytes;
  const latestTime = Math.max(extent.latestTime, timestamp);
  const version = actual + events.length;
  const { id, identity } = log.create();
  connection.run(
    INSERT,
    id,
    offset,
    id,
    actorId,
    actual + 1,
    version,
    commitId,
    latestTime,
    totalBytes,
    body,
  );
  const { expiredOffset, expiredBytes } = extent;
  log.advance(actorId, version, { lastOffset: offset, totalBytes, latestTime, expiredOffset, expiredBytes });
  return { ok: true, version, identity, offset, duplicate: false };
}

/** The commit directly after the expected version, if it has the same id and has not expired. */
function findRepeated(log: LogState, { actorId, expectedVersion, id }: Commit): AppendOutcome | undefined {
  if (typeof expectedVersion !== "number" || log.id === undefined) return undefined;
  const row = log.file.connection.row(FIRST_AFTER, log.id, actorId, expectedVersion);
  if (row === undefined) return undefined;
  const [first, version, commitId, offset] = row as [number, number, string, number];
  if (first !== expectedVersion + 1 || commitId !== id || offset <= log.extent.expiredOffset) return undefined;
  return { ok: true, version, identity: log.key.identity, offset, duplicate: true };
}

/** The quota that one more commit would exceed. */
function exceededQuota(
  { maxCommits = Infinity, maxBytes = Infinity }: Quota,
  extent: LogExtent,
  bytes: number,
): string | undefined {
  if (extent.lastOffset - extent.expiredOffset + 1 > maxCommits) return `${maxCommits} commits`;
  if (extent.totalBytes - extent.expiredBytes + bytes > maxBytes) return `${maxBytes} bytes`;
  return undefined;
}

function quotaExceeded({ namespace }: LogState, actorId: string, quota: string): QuotaExceededError {
  return new QuotaExceededError(
    `Cannot append to "${actorId}": namespace "${namespace}" is full, its quota is ${quota}. Raise the quota`,
    { namespace },
  );
}
