import {
  type FollowRange,
  type LogRange,
  MAX_OFFSET,
  type Page,
  type Pages,
  partitionOf,
  PARTITIONS,
} from "../../../adapter.ts";
import { compilePattern } from "../../../patterns.ts";
import { EventsExpiredError, UnknownPositionError } from "../../../errors.ts";
import { keyOf } from "../database/schema.ts";
import type { LogState } from "./log_state.ts";
import { expiredOffset, nextTurn, type Reading } from "./reading.ts";
import { COMMIT_COLUMNS, cutToPageBytes, MAX_PAGE_COMMITS, type StoredCommit, toEvents } from "./stored_commit.ts";

const COMMITS = `SELECT ${COMMIT_COLUMNS} FROM commits
  WHERE log_key BETWEEN ${keyOf("?1", "?2")} AND ${keyOf("?1", "?3")} ORDER BY log_key LIMIT ?4`;

/** The part of a log that remains to be read. */
export interface OffsetRange {
  /** Offset of the next commit. */
  readonly next: number;
  /** Offset of the last commit. */
  readonly last: number;
}

/** The actors whose events a reader requested. */
type WantedActors = Pick<FollowRange, "actors" | "partition">;

/** One page, and the offset after its last commit. */
export interface LogPage {
  /** Events of the wanted actors; may be empty. */
  readonly events: Page;
  readonly next: number;
}

/**
 * Checks that a reader's position belongs to a log.
 *
 * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond the end.
 */
export function checkPosition(log: LogState, { reached, identity }: Pick<LogRange, "reached" | "identity">): void {
  const isOther = identity !== undefined && identity !== log.key.identity;
  if (isOther || reached > log.extent.lastOffset) throw new UnknownPositionError(log.namespace);
}

/**
 * The part of a log from the start of a range to the end of the log.
 *
 * @throws {EventsExpiredError} If the range starts with an expired commit.
 * @throws {UnknownPositionError} If the position of the reader belongs to another log, or lies beyond the end.
 */
export function toOffsetRange(reading: Reading, { from, ...position }: Omit<FollowRange, "actors">): OffsetRange {
  const { log } = reading;
  const expired = expiredOffset(reading);
  const { lastOffset: last } = log.extent;
  checkPosition(log, position);
  if (from === "now") return { next: last + 1, last };
  if (from === "oldest-available") return { next: expired + 1, last };
  if (from <= expired) throw eventsExpired(reading, expired);
  return { next: from, last };
}

/** Reads a range of the log, at most to the end of the log at the time of the call. */
export function readLog(reading: Reading, range: LogRange, signal: AbortSignal | undefined): Pages {
  const { next, last: lastOffset } = toOffsetRange(reading, range);
  const last = Math.min(range.to, lastOffset);
  if (next > last) return [];
  const limit = range.actors === undefined ? Math.min(range.limit, MAX_PAGE_COMMITS) : MAX_PAGE_COMMITS;
  const first = readPage(reading, { next, last }, range, limit);
  const isAll = first.next > last || first.events.length >= range.limit;
  if (isAll) return first.events.length === 0 ? [] : [first.events];
  return readFurtherPages(reading, first, last, range, signal);
}

async function* readFurtherPages(
  reading: Reading,
  first: LogPage,
  last: number,
  range: LogRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  let page = first;
  while (true) {
    if (page.events.length > 0) yield page.events;
    if (page.next > last) return;
    await nextTurn();
    signal?.throwIfAborted();
    page = readPage(reading, { next: page.next, last }, range);
  }
}

/**
 * Reads one page of a range.
 *
 * @throws {EventsExpiredError} If the first commit of the range has expired.
 */
export function readPage(
  reading: Reading,
  { next, last }: OffsetRange,
  { actors, partition }: WantedActors,
  limit: number = MAX_PAGE_COMMITS,
): LogPage {
  const { log } = reading;
  const rows = queryCommits(log, next, last, limit);
  const expired = expiredOffset(reading);
  // Offsets have no gaps: a missing row belongs to an expired commit.
  if (next <= expired || rows[0]?.[0] !== next) throw eventsExpired(reading, Math.max(expired, next));
  const isWanted = toFilter(actors, partition);
  const events: Page = [];
  let end = next;
  for (const row of cutToPageBytes(rows)) {
    if (isWanted === undefined || isWanted(row[1])) {
      const commit = toEvents(log, row);
      if (commit === undefined) break;
      for (const event of commit) events.push(event);
    }
    end = row[0] + 1;
  }
  return { events, next: end };
}

/** Returns a filter of actor ids; `undefined` if all actors are wanted. */
function toFilter(
  actors: WantedActors["actors"],
  partition: number | undefined,
): ((actorId: string) => boolean) | undefined {
  const matches = actors === undefined ? undefined : compilePattern(actors);
  if (partition === undefined) return matches;
  return (actorId) => partitionOf(actorId, PARTITIONS) === partition && (matches?.(actorId) ?? true);
}

/** Reads the events of one commit, and the bytes of its body; `undefined` if its row is deleted. */
export function readCommit(
  log: LogState,
  offset: number,
): { readonly events: Page; readonly bytes: number } | undefined {
  if (log.id === undefined) return undefined;
  const [row] = queryCommits(log, offset, offset, 1);
  const events = row && toEvents(log, row);
  return events && { events, bytes: row![6] };
}

function queryCommits(log: LogState, from: number, to: number, limit: number): readonly StoredCommit[] {
  return log.file.connection.rows(COMMITS, log.id!, from, to, limit) as unknown as StoredCommit[];
}

/** The error of a read that reaches expired commits. `expired` is the offset of the last expired commit. */
export function eventsExpired({ log }: Reading, expired: number): EventsExpiredError {
  const [row] = queryCommits(log, expired + 1, MAX_OFFSET, 1);
  const firstAvailable = row && toEvents(log, row)?.[0]?.position;
  return new EventsExpiredError({ namespace: log.namespace, firstAvailable });
}
