import { parseCommit, stringifyCommit } from "../../../adapter.ts";
import type { BusEvent, Namespace, PublishedEvent } from "../../../mod.ts";
import { CorruptDataError } from "../../../errors.ts";
import type { StoreFile } from "../database/store_file.ts";
import { LogState } from "../log/log_state.ts";
import { readCommit } from "../log/read_log.ts";

/** Milliseconds that bus events stay in the file. A receiver that lags by more misses events. */
export const KEPT_MS = 10_000;

/** Number of new bus events after which old bus events are deleted. */
export const DELETION_INTERVAL = 128;

const INSERT = `INSERT INTO bus_events (session, sent, namespace, actor, commit_offset, body)
  VALUES (?, ?, ?, ?, ?, ?)`;
// The newest row stays: the ids of new rows continue from it.
const DELETE_OLD = `DELETE FROM bus_events WHERE id < coalesce(
  (SELECT id FROM bus_events WHERE sent >= ? ORDER BY id LIMIT 1), (SELECT max(id) FROM bus_events))`;
const LAST_ID = `SELECT coalesce(max(id), 0) FROM bus_events`;
const RECEIVE = `SELECT namespace, actor, commit_offset, body FROM bus_events
  WHERE id > ? AND id <= ? AND session <> ? ORDER BY id`;

/** A bus event of another backend, before it is decoded. */
export interface ReceivedRow {
  readonly namespace: Namespace;
  readonly actorId: string;
  /** The offset of a commit; `null` for a published event. */
  readonly commitOffset: number | null;
  readonly body: string | null;
}

/** The bus events in the file: a queue that every other backend reads with a cursor of its own. */
export class BusEvents {
  readonly #file: StoreFile;
  readonly #session: string;
  readonly #now: () => number;
  #cursor = 0;
  #sentSinceDeletion = 0;

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

  /** Sends a published event. Call it within a transaction. */
  sendPublished(event: PublishedEvent): void {
    const { namespace, actorId, timestamp } = event;
    this.#send(namespace, actorId, null, stringifyCommit({ timestamp, events: [event] }));
  }

  /** Skips all bus events that are in the file. */
  skip(): void {
    this.#cursor = this.#lastId();
  }

  /** Returns the bus events that other backends have sent since the last call. */
  receive(): ReceivedRow[] {
    const last = this.#lastId();
    if (last === this.#cursor) return [];
    const rows = this.#file.connection.rows(RECEIVE, this.#cursor, last, this.#session);
    this.#cursor = last;
    return rows.map(([namespace, actorId, commitOffset, body]) =>
      ({ namespace, actorId, commitOffset, body }) as ReceivedRow
    );
  }

  /**
   * The events of a row.
   *
   * @returns An empty array if the row names a commit that has been deleted since.
   * @throws {CorruptDataError} If the row cannot be decoded.
   */
  decode({ namespace, actorId, commitOffset, body }: ReceivedRow): readonly BusEvent[] {
    if (commitOffset !== null) return readCommit(new LogState(namespace, this.#file), commitOffset) ?? [];
    try {
      const { timestamp, events: [event] } = parseCommit(body ?? "");
      const { id, type, schemaVersion, metadata } = event!;
      const data = event!.data as PublishedEvent["data"];
      return [Object.freeze({ id, type, schemaVersion, namespace, actorId, timestamp, data, metadata })];
    } catch (cause) {
      throw new CorruptDataError(
        `Cannot read an event that another process published in namespace "${namespace}": ${(cause as Error).message}`,
        { namespace },
        { cause },
      );
    }
  }

  #send(namespace: Namespace, actorId: string, offset: number | null, body: string | null): void {
    const { connection } = this.#file;
    connection.run(INSERT, this.#session, this.#now(), namespace, actorId, offset, body);
    if (++this.#sentSinceDeletion < DELETION_INTERVAL) return;
    this.#sentSinceDeletion = 0;
    connection.run(DELETE_OLD, this.#now() - KEPT_MS);
  }

  #lastId(): number {
    return this.#file.connection.row(LAST_ID)![0] as number;
  }
}
