import type { ActorRange, Page, Pages } from "../../../adapter.ts";
import { EventsExpiredError } from "../../../errors.ts";
import { keyOf } from "../database/schema.ts";
import { expiredOffset, expiredOffsetAtRefresh, nextTurn, type Reading } from "./reading.ts";
import { COMMIT_COLUMNS, cutToPageBytes, MAX_PAGE_COMMITS, type StoredCommit, toEvents } from "./stored_commit.ts";

// The last commit of the range is the first commit whose last version is the highest wanted version or a later one.
const IN_RANGE = `namespace = ?1 AND actor = ?2 AND last_version >= ?3 AND last_version <= coalesce(
  (SELECT last_version FROM commits WHERE namespace = ?1 AND actor = ?2 AND last_version >= ?4
    ORDER BY last_version LIMIT 1), ?4) AND first_version <= ?4`;
const FORWARDS = `SELECT ${COMMIT_COLUMNS} FROM commits WHERE ${IN_RANGE} ORDER BY last_version LIMIT ?5`;
const BACKWARDS = `SELECT ${COMMIT_COLUMNS} FROM commits WHERE ${IN_RANGE} ORDER BY last_version DESC LIMIT ?5`;
const FIRST_AVAILABLE = `SELECT first_version FROM commits
  WHERE namespace = ?1 AND actor = ?2 AND log_key > ${keyOf("?1", "?3")} ORDER BY last_version LIMIT 1`;

/**
 * Reads an actor's events. A single page is returned synchronously. Between several pages, other tasks of the event
 * loop run.
 */
export function readActor(
  reading: Reading,
  actorId: string,
  range: ActorRange,
  signal: AbortSignal | undefined,
): Pages {
  if (reading.log.id === undefined) return [];
  const first = readPage(reading, actorId, range);
  return first.next === undefined ? lastPage(first) : readFurtherPages(reading, actorId, range, first, signal);
}

/** One page of a read. */
interface ActorPage {
  readonly events: Page;
  /** The rest of the range; absent after the last page. */
  readonly next: ActorRange | undefined;
  /** The reason why the read cannot continue after this page. */
  readonly failure: Error | undefined;
}

async function* readFurtherPages(
  reading: Reading,
  actorId: string,
  range: ActorRange,
  first: ActorPage,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  let page = first;
  while (page.next !== undefined) {
    yield page.events;
    await nextTurn();
    signal?.throwIfAborted();
    page = readPage(reading, actorId, { ...page.next, limit: range.limit });
  }
  yield* lastPage(page);
}

function* lastPage({ events, failure }: ActorPage): Generator<Page, void, void> {
  if (events.length > 0) yield events;
  if (failure !== undefined) throw failure;
}

function readPage(reading: Reading, actorId: string, range: ActorRange): ActorPage {
  const { log } = reading;
  const { from, to, backwards } = range;
  const limit = Math.min(range.limit, MAX_PAGE_COMMITS);
  // One refresh, before the query, is enough: commits that expire in between are still returned, or their versions are
  // missing.
  log.file.refresh();
  let commits = queryAvailable(reading, actorId, range, limit);
  if (commits.length === 0) {
    if (Math.min(to, log.versionOf(actorId)) < from) return { events: [], next: undefined, failure: undefined };
    // Another process may have appended between the query and the read of the version.
    commits = queryAvailable(reading, actorId, range, limit);
  }
  // Versions have no gaps: if the first commit starts after the lowest version, earlier commits have expired.
  if (!backwards && (commits[0]?.[2] ?? Infinity) > from) throw eventsExpired(reading, actorId);
  const events: Page = [];
  let next = backwards ? Math.min(to, commits[0]?.[3] ?? to) : from;
  let read = 0;
  for (const row of cutToPageBytes(commits)) {
    const commit = toEvents(log, row);
    if (commit === undefined) break;
    for (const event of backwards ? commit.reverse() : commit) events.push(event);
    next = backwards ? row[2] - 1 : row[3] + 1;
    read++;
  }
  const isCut = read < commits.length;
  const isEnough = !isCut && commits.length === limit && limit === range.limit;
  if (isEnough || (backwards ? next < from : next > to)) return { events, next: undefined, failure: undefined };
  if (isCut || commits.length === limit) return { events, next: rest(range, next), failure: undefined };
  // The actor has no more commits in this direction: the read has reached its end, or its expired commits.
  const failure = backwards ? eventsExpired(reading, actorId) : undefined;
  return { events, next: undefined, failure };
}

/** Queries the commits of a range, in the order of the read, that have not expired. */
function queryAvailable(
  reading: Reading,
  actorId: string,
  { from, to, backwards }: ActorRange,
  limit: number,
): readonly StoredCommit[] {
  const { log } = reading;
  const query = backwards ? BACKWARDS : FORWARDS;
  const rows = log.file.connection.rows(query, log.id!, actorId, from, to, limit) as unknown as StoredCommit[];
  const expired = expiredOffsetAtRefresh(reading);
  return expired === 0 ? rows : rows.filter(([offset]) => offset > expired);
}

function rest(range: ActorRange, next: number): ActorRange {
  return range.backwards ? { ...range, to: next } : { ...range, from: next };
}

function eventsExpired(reading: Reading, actorId: string): EventsExpiredError {
  const { log } = reading;
  const { namespace, file: { connection } } = log;
  const row = connection.row(FIRST_AVAILABLE, log.id!, actorId, expiredOffset(reading));
  const firstAvailable = (row?.[0] ?? log.versionOf(actorId) + 1) as number;
  return new EventsExpiredError({ namespace, actorId, firstAvailable });
}
