import { type FollowRange, type LogRange, MAX_OFFSET, type Page, partitionOf, PARTITIONS } from "../../../adapter.ts";
import { compilePattern } from "../../../patterns.ts";
import { EventsExpiredError, UnknownPositionError } from "../../../errors.ts";
import { keyOf } from "../database/schema.ts";
import type { LogState } from "./log_state.ts";
import { expiredOffset, type Reading } from "./reading.ts";
import { COMMIT_COLUMNS, cutToPageBytes, MAX_PAGE_COMMITS, type StoredCommit, toEvents } from "./stored_commit.ts";

const COMMITS = `SELECT ${COMMIT_COLUMNS} FROM commits
  WHERE log_key BETWEEN ${keyOf("?1", "?2")} AND ${keyOf("?1", "?3")} ORDER BY log_key LIMIT ?4`;

/** The part of a log that remains to be read. */
interface OffsetRange {
  /** Offset of the next commit. */
  readonly next: number;
  /** Offset of the last commit. */
  readonly last: number;
}

/** The actors whose events a reader requested. */
type WantedActors = Pick<FollowRange, "actors" | "partition">;

/** One page, and the offset after its last commit. */
interface LogPage {
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
function toOffsetRange(reading: Reading, { from, ...position }: Omit<FollowRange, "actors">): OffsetRange {
  const { log } = reading;
  const expired = expiredOffset(reading);
  const { lastOffset: last } = log.extent;
  checkPosition(log, position);
  if (from === "now") return { next: last + 1, last };
  if (from === "oldest-available") return { next: expired + 1, last };
  if (from <= expired) throw eventsExpired(reading, expired);
  return { next: from, last };
}

/** The pages of a range of a log, one after another. No query is open between two pages. */
export class LogPages {
  readonly #reading: Reading;
  readonly #range: Omit<FollowRange, "progress">;
  readonly #to: number;
  #next: number;
  #last: number;
  #canRestart: boolean;

  /**
   * @param to The offset of the last wanted commit; by default the last commit at the time of the call.
   * @throws {EventsExpiredError} If the range starts with an expired commit.
   * @throws {UnknownPositionError} If the position of the reader belongs to another log, or lies beyond the end.
   */
  constructor(reading: Reading, range: Omit<FollowRange, "progress">, to: number = Infinity) {
    this.#reading = reading;
    this.#range = range;
    this.#to = to;
    const { next, last } = toOffsetRange(reading, range);
    this.#next = next;
    this.#last = Math.min(to, last);
    this.#canRestart = range.from === "oldest-available";
  }

  /** Offset of the next commit. */
  get next(): number {
    return this.#next;
  }

  /** Whether all commits of the range were read. */
  get isAtEnd(): boolean {
    return this.#next > this.#last;
  }

  /** Extends the range to the end of the log, at most to the last wanted commit. */
  extend(): void {
    this.#last = Math.min(this.#to, this.#reading.log.extent.lastOffset);
  }

  /** From now on, the read fails if its next commit has expired. */
  fix(): void {
    this.#canRestart = false;
  }

  /**
   * Reads the next page. If a reader without a position has received no event yet, the range begins again at the first
   * commit that has not expired.
   *
   * @returns The wanted events, possibly none.
   * @throws {EventsExpiredError} If the next commit has expired.
   */
  read(limit: number = MAX_PAGE_COMMITS): Page {
    while (!this.isAtEnd) {
      try {
        const { events, next } = readPage(this.#reading, { next: this.#next, last: this.#last }, this.#range, limit);
        this.#next = next;
        if (events.length > 0) this.fix();
        return events;
      } catch (error) {
        if (!this.#canRestart || !(error instanceof EventsExpiredError)) throw error;
        const { next, last } = toOffsetRange(this.#reading, this.#range);
        if (next <= this.#next) throw error; // The commit is missing, although it has not expired: the file is damaged.
        this.#next = next;
        this.#last = Math.min(this.#to, last);
      }
    }
    return [];
  }
}

/**
 * Reads one page of a range.
 *
 * @throws {EventsExpiredError} If the first commit of the range has expired.
 */
function readPage(
  reading: Reading,
  { next, last }: OffsetRange,
  { actors, partition }: WantedActors,
  limit: number,
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
