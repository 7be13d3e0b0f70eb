import { parseCommit, stringifyCommit } from "../../../adapter.ts";
import type { BusEvent, Namespace, PublishedEvent } from "../../../mod.ts";
import { CorruptDataError } from "../../../errors.ts";
import { Buffer } from "node:buffer";
import type { StoreFile } from "../database/store_file.ts";
import { LogState } from "../log/log_state.ts";
import { readCommit } from "../log/log_pages.ts";

/** Milliseconds that bus events stay in the file. A receiver that lags by more misses events, and reports this. */
export const KEPT_MS = 10_000;

/** Number of new bus events after which old bus events are deleted. */
export const DELETION_INTERVAL = 128;

/** Bytes of new bus events after which old bus events are deleted. */
const DELETION_INTERVAL_BYTES = 4_000_000;

/** Maximum bus events that one call of `deleteOld` deletes, because other processes wait for the lock. */
const MAX_DELETED_EVENTS = 1_024;

/** Maximum bytes of the bus events that one call of `deleteOld` deletes, unless one event alone has more. */
export const MAX_DELETED_BYTES = 8_000_000;

/** Maximum bus events of one page. Their delivery blocks the event loop. */
export const MAX_PAGE_EVENTS = 256;

/** The offset of no commit: the row of a deleted event. */
const DELETED = 0;

const INSERT = `INSERT INTO bus_events (session, sent, namespace, actor, commit_offset, body)
  VALUES (?, ?, ?, ?, ?, ?)`;
/** The events that one transaction may delete. */
const OLDEST = `SELECT id, sent, octet_length(body) AS bytes FROM bus_events ORDER BY id LIMIT ${MAX_DELETED_EVENTS}`;
// An event was sent before all events with greater ids, also if the clock was set back. An event far in the future was
// sent before the clock was set back.
const IS_OLD = `(sent < ?1 OR sent > ?2)`;
const OLD = `SELECT id, coalesce(bytes, 0) FROM (${OLDEST})
  WHERE id <= (SELECT max(id) FROM (${OLDEST}) WHERE ${IS_OLD})`;
const HAS_OLD = `SELECT 1 FROM (${OLDEST})
  WHERE ${IS_OLD} AND NOT (bytes IS NULL AND id = (SELECT max(id) FROM bus_events)) LIMIT 1`;
// The newest row stays: the ids of new rows continue from it.
const DELETE_OLD = `DELETE FROM bus_events WHERE id <= ? AND id < (SELECT max(id) FROM bus_events)`;
// The row becomes a reference to a commit that does not exist.
const EMPTY_NEWEST = `UPDATE bus_events SET commit_offset = ${DELETED}, body = NULL
  WHERE id = (SELECT max(id) FROM bus_events) AND id <= ? AND body IS NOT NULL`;
const FIRST_ID = `SELECT coalesce(min(id), 0) FROM bus_events`;
const LAST_ID = `SELECT coalesce(max(id), 0) FROM bus_events`;
const RECEIVE = `SELECT id, namespace, actor, commit_offset FROM bus_events
  WHERE id > ? AND id <= ? AND session <> ? ORDER BY id LIMIT ${MAX_PAGE_EVENTS}`;
const BODY = `SELECT body FROM bus_events WHERE id = ?`;

/** A bus event of another backend, before it is decoded. */
export interface ReceivedRow {
  readonly id: number;
  readonly namespace: Namespace;
  readonly actorId: string;
  /** The offset of a commit; `null` for a published event; 0 for a deleted event. */
  readonly commitOffset: number | null;
}

/** The events of a row. */
export interface DecodedRow {
  readonly events: readonly BusEvent[];
  /** The bytes of their JSON form in the file. */
  readonly bytes: number;
}

/** The bus events in the file: a queue that every other backend reads with a cursor of its own. */
export class BusEvents {
  readonly #file: StoreFile;
  readonly #session: string;
  readonly #now: () => number;
  #sentInTransaction = 0;
  #sentSinceDeletion = 0;
  #bytesSinceDeletion = 0;

  /**
   * @param session The id of this backend, which does not receive its own events.
   * @param now The clock of the machine, which all processes share.
   */
  constructor(file: StoreFile, session: string, now: () => number = Date.now) {
    this.#file = file;
    this.#session = session;
    this.#now = now;
  }

  /** Sends a commit. Call it within a transaction. */
  sendCommit(namespace: Namespace, actorId: string, offset: number): void {
    this.#send(namespace, actorId, offset, null);
  }

  /**
   * Sends a published event. Call it within a transaction.
   *
   * @param body The event as {@link stringifyPublished} returns it.
   */
  sendPublished({ namespace, actorId }: PublishedEvent, body: string): void {
    this.#send(namespace, actorId, null, body);
  }

  /** The number of events that this backend has sent since the last call. */
  takeSent(): number {
    const sent = this.#sentInTransaction;
    this.#sentInTransaction = 0;
    return sent;
  }

  /** The id of the oldest bus event in the file: all events before it were deleted. 0 if there is none. */
  firstId(): number {
    return this.#file.connection.row(FIRST_ID)![0] as number;
  }

  /** The id of the newest bus event in the file, or of an event before it if that was deleted; 0 if there is none. */
  lastId(): number {
    return this.#file.connection.row(LAST_ID)![0] as number;
  }

  /**
   * Reads the bus events of other backends in a range of ids, at most {@link MAX_PAGE_EVENTS}.
   *
   * @param after The id before the first id of the range.
   * @param last The last id of the range.
   */
  read(after: number, last: number): ReceivedRow[] {
    const rows = this.#file.connection.rows(RECEIVE, after, last, this.#session);
    return rows.map(([id, namespace, actorId, commitOffset]) =>
      ({ id, namespace, actorId, commitOffset }) as ReceivedRow
    );
  }

  /**
   * Decodes a row.
   *
   * @returns `undefined` if the event or the commit has been deleted since it was sent.
   * @throws {CorruptDataError} If the row cannot be decoded.
   */
  decode({ id, namespace, actorId, commitOffset }: ReceivedRow): DecodedRow | undefined {
    if (commitOffset === DELETED) return undefined;
    if (commitOffset !== null) return readCommit(new LogState(namespace, this.#file), commitOffset);
    const row = this.#file.connection.row(BODY, id);
    if (row === undefined) return undefined;
    try {
      const body = (row[0] ?? "") as string;
      const { timestamp, events: [event] } = parseCommit(body);
      const { id, type, schemaVersion, metadata } = event!;
      const data = event!.data as PublishedEvent["data"];
      const published = Object.freeze({ id, type, schemaVersion, namespace, actorId, timestamp, data, metadata });
      return { events: [published], bytes: Buffer.byteLength(body) };
    } catch (cause) {
      throw new CorruptDataError(
        `Cannot read an event that another process published in namespace "${namespace}": ${(cause as Error).message}`,
        { namespace },
        { cause },
      );
    }
  }

  /**
   * Whether the file has bus events that {@link deleteOld} deletes.
   *
   * @param canBeReceived Whether another backend may still receive recent events.
   */
  hasOld(canBeReceived: boolean): boolean {
    return this.#file.connection.row(HAS_OLD, ...this.#timesKept(canBeReceived)) !== undefined;
  }

  /**
   * Deletes bus events that are older than {@link KEPT_MS}, oldest first, at most as many as one transaction may delete.
   * Call it within a transaction.
   *
   * @param canBeReceived Whether another backend may still receive recent events. If not, they are deleted, too.
   * @returns Whether more bus events may have to be deleted.
   */
  deleteOld(canBeReceived: boolean): boolean {
    this.#sentSinceDeletion = this.#bytesSinceDeletion = 0;
    const { connection } = this.#file;
    const rows = connection.rows(
      OLD,
      ...this.#timesKept(canBeReceived),
    ) as unknown as (readonly [id: number, bytes: number])[];
    let [count, total] = [0, 0];
    while (count < rows.length && (count === 0 || total + rows[count]![1] <= MAX_DELETED_BYTES)) {
      total += rows[count++]![1];
    }
    if (count === 0) return false;
    const [last] = rows[count - 1]!;
    connection.run(EMPTY_NEWEST, last);
    connection.run(DELETE_OLD, last);
    return count < rows.length || rows.length === MAX_DELETED_EVENTS;
  }

  /** The first and the last time of sending of the events that are not old. */
  #timesKept(canBeReceived: boolean): [first: number, last: number] {
    if (!canBeReceived) return [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    const now = this.#now();
    return [now - KEPT_MS, now + KEPT_MS];
  }

  #send(namespace: Namespace, actorId: string, offset: number | null, body: string | null): void {
    this.#file.connection.run(INSERT, this.#session, this.#now(), namespace, actorId, offset, body);
    this.#sentInTransaction++;
    this.#sentSinceDeletion++;
    this.#bytesSinceDeletion += body?.length ?? 0;
    if (this.#sentSinceDeletion < DELETION_INTERVAL && this.#bytesSinceDeletion < DELETION_INTERVAL_BYTES) return;
    this.deleteOld(true);
  }
}

/** The JSON form of a published event in the file. */
export function stringifyPublished(event: PublishedEvent): string {
  return stringifyCommit({ timestamp: event.timestamp, events: [event] });
}
