import type { Retention } from "../../../adapter.ts";
import { keyOf, KEYS_PER_NAMESPACE, OFFSET } from "../database/schema.ts";
import type { FinalStep } from "../database/write_queue.ts";
import type { LogExtent, LogState } from "./log_state.ts";

/** Number of expired commits that triggers their deletion. */
const MIN_DELETED_COMMITS = 64;

/** Maximum commits that one transaction deletes in a log, because other processes wait for the lock. */
const MAX_DELETED_COMMITS = 2_048;

/**
 * Maximum bytes of the commits that one transaction deletes in a log, unless one commit alone has more. As many expired
 * bytes trigger a deletion, too.
 */
export const MAX_DELETED_BYTES = 8_000_000;

const LOG_END = keyOf("?1", `${KEYS_PER_NAMESPACE}`);
const FIRST_BY_BYTES = `SELECT ${OFFSET}, total_bytes FROM commits
  WHERE log_key > ${keyOf("?1", "?2")} AND log_key < ${LOG_END} AND total_bytes >= ?3 ORDER BY log_key LIMIT 1`;
const FIRST_BY_TIME = `SELECT ${OFFSET}, total_bytes - octet_length(body) FROM commits
  WHERE log_key > ${keyOf("?1", "?2")} AND log_key < ${LOG_END} AND latest_time >= ?3 ORDER BY log_key LIMIT 1`;
const TOTAL_BYTES = `SELECT total_bytes FROM commits WHERE log_key = ${keyOf("?", "?")}`;
const FIRST_STORED = `SELECT ${OFFSET}, total_bytes - octet_length(body) FROM commits
  WHERE log_key >= ${keyOf("?1", "0")} AND log_key < ${LOG_END} ORDER BY log_key LIMIT 1`;
const UP_TO = `log_key >= ${keyOf("?1", "0")} AND log_key <= ${keyOf("?1", "?2")}`;
const SET_VERSION_FLOORS = `INSERT INTO version_floors (namespace, actor, version)
  SELECT ?1, actor, version
  FROM (SELECT actor, max(last_version) AS version FROM commits WHERE ${UP_TO} GROUP BY actor) AS expired
  WHERE version = (SELECT last_version FROM commits WHERE namespace = ?1 AND actor = expired.actor
    ORDER BY last_version DESC LIMIT 1)
  ON CONFLICT DO UPDATE SET version = excluded.version`;
const DELETE = `DELETE FROM commits WHERE ${UP_TO}`;

/** The end of the expired part of a log. */
type ExpiredPart = Pick<LogExtent, "expiredOffset" | "expiredBytes">;

/** The part of a log that has expired by now. The newest commit stays until it is too old. */
export function expiredPart(log: LogState, retention: Retention, now: number): ExpiredPart {
  const { extent } = log;
  const { maxCommits = Infinity, maxBytes = Infinity, maxAge } = retention;
  const byCount = upTo(log, extent, extent.lastOffset - maxCommits);
  const byBytes = expiredByBytes(log, byCount, extent, extent.totalBytes - maxBytes);
  return maxAge === undefined ? byBytes : expiredByAge(log, byBytes, extent, now - maxAge);
}

/** The expired part, extended to an offset if the part ends before that offset. */
function upTo(log: LogState, part: ExpiredPart, offset: number): ExpiredPart {
  if (offset <= part.expiredOffset) return part;
  const row = log.file.connection.row(TOTAL_BYTES, log.id!, offset);
  // A read may find that another process has deleted the row. It uses the offset only.
  return { expiredOffset: offset, expiredBytes: (row?.[0] ?? part.expiredBytes) as number };
}

/** @param leastBytes The minimum total bytes of the expired commits. */
function expiredByBytes(log: LogState, part: ExpiredPart, extent: LogExtent, leastBytes: number): ExpiredPart {
  const { lastOffset, totalBytes } = extent;
  if (part.expiredBytes >= leastBytes) return part;
  const row = log.file.connection.row(FIRST_BY_BYTES, log.id!, part.expiredOffset, leastBytes);
  // A read may find that another process has deleted the rows.
  if (row === undefined) return { expiredOffset: lastOffset, expiredBytes: totalBytes };
  const [expiredOffset, expiredBytes] = row as [number, number];
  return expiredOffset < lastOffset ? { expiredOffset, expiredBytes } : upTo(log, part, lastOffset - 1);
}

function expiredByAge(log: LogState, part: ExpiredPart, extent: LogExtent, oldestTime: number): ExpiredPart {
  const { lastOffset, totalBytes } = extent;
  if (part.expiredOffset === lastOffset) return part;
  const row = log.file.connection.row(FIRST_BY_TIME, log.id!, part.expiredOffset, oldestTime);
  if (row === undefined) return { expiredOffset: lastOffset, expiredBytes: totalBytes };
  const [firstOffset, bytesBefore] = row as [number, number];
  return { expiredOffset: firstOffset - 1, expiredBytes: bytesBefore };
}

/** Expires commits of one log at the end of a transaction, and deletes the rows of expired commits. */
export class Expiry implements FinalStep {
  readonly #log: LogState;
  readonly #now: () => number;
  readonly #continueLater: () => void;

  /** @param continueLater Called when more commits have expired than one transaction may delete. */
  constructor(log: LogState, now: () => number, continueLater: () => void) {
    this.#log = log;
    this.#now = now;
    this.#continueLater = continueLater;
  }

  run(): void {
    const log = this.#log;
    const { bounds: { retention }, connection } = log.file;
    if (retention === undefined || log.id === undefined) return;
    const part = expiredPart(log, retention, this.#now());
    if (part.expiredOffset > log.extent.expiredOffset) log.expire(part);
    const row = connection.row(FIRST_STORED, log.id);
    if (row === undefined) return;
    const [firstStored, bytesBefore] = row as [number, number];
    const isEnough = part.expiredOffset - firstStored + 1 >= MIN_DELETED_COMMITS ||
      part.expiredBytes - bytesBefore >= MAX_DELETED_BYTES;
    if (!isEnough) return;
    const lastDeleted = this.#lastDeleted(firstStored, bytesBefore, part);
    connection.run(SET_VERSION_FLOORS, log.id, lastDeleted);
    connection.run(DELETE, log.id, lastDeleted);
    if (lastDeleted < part.expiredOffset) this.#continueLater();
  }

  /**
   * Offset of the last expired commit that this transaction may delete.
   *
   * @param bytesBefore The bytes of all commits before the first stored commit.
   */
  #lastDeleted(firstStored: number, bytesBefore: number, part: ExpiredPart): number {
    const { id, file: { connection } } = this.#log;
    const last = Math.min(part.expiredOffset, firstStored + MAX_DELETED_COMMITS - 1);
    const totalBytes = last === part.expiredOffset
      ? part.expiredBytes
      : connection.row(TOTAL_BYTES, id!, last)![0] as number;
    if (last === firstStored || totalBytes - bytesBefore <= MAX_DELETED_BYTES) return last;
    const [tooMany] = connection.row(FIRST_BY_BYTES, id!, firstStored, bytesBefore + MAX_DELETED_BYTES + 1)!;
    return tooMany as number - 1;
  }
}
