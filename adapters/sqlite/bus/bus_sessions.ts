import type { StoreFile } from "../database/store_file.ts";

/** Milliseconds between two heartbeats of a session that receives bus events. */
export const HEARTBEAT_INTERVAL_MS = 5_000;

/** Milliseconds without a heartbeat after which a session is dead. */
export const SESSION_TIMEOUT_MS = 30_000;

const TOUCH = `INSERT INTO bus_sessions (session, seen) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET seen = excluded.seen`;
const REMOVE = `DELETE FROM bus_sessions WHERE session = ?`;
const REMOVE_DEAD = `DELETE FROM bus_sessions WHERE seen < ?`;
const LAST_SEEN = `SELECT max(seen) FROM bus_sessions WHERE session <> ?`;

/** The backends, of this process or of others, that receive bus events through the file. */
export class BusSessions {
  /** The id of this backend. */
  readonly own: string = crypto.randomUUID();
  readonly #file: StoreFile;
  readonly #now: () => number;
  #generation = -1;
  #lastSeen = 0;

  /** @param now The clock of the machine, which all processes share. */
  constructor(file: StoreFile, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
  }

  /** Whether another backend receives bus events. */
  hasOthers(): boolean {
    const { generation, connection } = this.#file;
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#lastSeen = (connection.row(LAST_SEEN, this.own)![0] ?? 0) as number;
    }
    return this.#lastSeen > 0 && this.#lastSeen >= this.#now() - SESSION_TIMEOUT_MS;
  }

  /** Writes a heartbeat of this backend, and removes dead sessions. */
  touch(): void {
    const now = this.#now();
    this.#file.connection.run(TOUCH, this.own, now);
    this.#file.connection.run(REMOVE_DEAD, now - SESSION_TIMEOUT_MS);
  }

  /** Ends the session of this backend. */
  remove(): void {
    this.#file.connection.run(REMOVE, this.own);
  }
}
