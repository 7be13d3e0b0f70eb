import type { LogRange, Page, Pages } from "../../../adapter.ts";
import { compilePattern } from "../../../patterns.ts";
import { keyOf } from "../database/schema.ts";
import { checkPosition, eventsExpired } from "./log_pages.ts";
import { expiredOffset, nextTurn, type Reading } from "./reading.ts";
import { COMMIT_COLUMNS, cutToPageBytes, MAX_PAGE_COMMITS, type StoredCommit, toEvents } from "./stored_commit.ts";

const COMMITS = `SELECT ${COMMIT_COLUMNS} FROM commits
  WHERE log_key BETWEEN ${keyOf("?1", "?2")} AND ${keyOf("?1", "?3")} ORDER BY log_key DESC LIMIT ?4`;

/** One page, newest event first. */
interface BackwardsPage {
  /** Events of the wanted actors; may be empty. */
  readonly events: Page;
  /** Offset at which the next page starts. */
  readonly last: number;
  /** Offset of the last missing commit if it is the next commit; the read cannot continue after this page. */
  readonly missing: number | undefined;
}

/**
 * Reads a range of the log backwards, from at most the end of the log at the time of the call. A range from
 * `"oldest-available"` ends at the commits that have expired by then. It fails where a commit is missing that has not
 * expired.
 *
 * @throws {EventsExpiredError} If a commit of the range has expired, after the remaining events were returned.
 * @throws {UnknownPositionError} If the position of the reader belongs to another log, or lies beyond the end.
 */
export function readLogBackwards(reading: Reading, range: LogRange, signal: AbortSignal | undefined): Pages {
  const { from, to } = range;
  const { log } = reading;
  const first = from === "oldest-available" ? expiredOffset(reading) + 1 : from;
  log.file.refresh();
  checkPosition(log, range);
  const last = Math.min(to, log.extent.lastOffset);
  return last < first ? [] : readPages(reading, first, last, range, signal);
}

async function* readPages(
  reading: Reading,
  first: number,
  last: number,
  { from, actors, limit }: LogRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  const commits = actors === undefined ? Math.min(limit, MAX_PAGE_COMMITS) : MAX_PAGE_COMMITS;
  for (
    let page = readPage(reading, first, last, actors, commits);;
    page = readPage(reading, first, page.last, actors)
  ) {
    if (page.events.length > 0) yield page.events;
    if (page.missing !== undefined) {
      if (from === "oldest-available" && page.missing <= expiredOffset(reading)) return;
      throw eventsExpired(reading, page.missing);
    }
    if (page.last < first) return;
    await nextTurn();
    signal?.throwIfAborted();
  }
}

function readPage(
  reading: Reading,
  first: number,
  last: number,
  actors: LogRange["actors"],
  limit: number = MAX_PAGE_COMMITS,
): BackwardsPage {
  const { log } = reading;
  const rows = log.file.connection.rows(COMMITS, log.id!, first, last, limit) as unknown as StoredCommit[];
  const expired = expiredOffset(reading);
  const isWanted = actors === undefined ? undefined : compilePattern(actors);
  const events: Page = [];
  let end = last;
  for (const row of cutToPageBytes(rows)) {
    const [offset, actorId] = row;
    // Offsets have no gaps: a missing row belongs to an expired commit.
    if (offset !== end || offset <= expired) break;
    if (isWanted === undefined || isWanted(actorId)) {
      const commit = toEvents(log, row);
      if (commit === undefined) break;
      for (const event of commit.reverse()) events.push(event);
    }
    end = offset - 1;
  }
  const isGone = end >= first && (end <= expired || end === last);
  return { events, last: end, missing: isGone ? Math.max(expired, end) : undefined };
}
