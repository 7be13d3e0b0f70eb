import type { StoreFile } from "../database/store_file.ts";

/** Milliseconds between two heartbeats of a session that receives bus events. */
export const HEARTBEAT_INTERVAL_MS = 5_000;

/**
 * Milliseconds without a heartbeat after which a session is dead. A session whose last heartbeat is as far in the future
 * is dead, too: the clock was set back.
 */
export const SESSION_TIMEOUT_MS = 30_000;

const TOUCH = `INSERT INTO bus_sessions (session, seen) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET seen = excluded.seen`;
const REMOVE = `DELETE FROM bus_sessions WHERE session = ?`;
const REMOVE_DEAD = `DELETE FROM bus_sessions WHERE seen NOT BETWEEN ? AND ?`;
const HAS_OWN = `SELECT 1 FROM bus_sessions WHERE session = ? AND seen BETWEEN ? AND ?`;
const LAST_SEEN = `SELECT coalesce(max(seen), 0) FROM bus_sessions WHERE session <> ? AND seen <= ?`;

/** The backends, of this process or of others, that receive bus events through the file. */
export class BusSessions {
  /** The id of this backend. */
  readonly own: string = crypto.randomUUID();
  readonly #file: StoreFile;
  readonly #now: () => number;
  #generation = -1;
  #lastSeen = 0;
  #isRegistered = false;

  /** @param now The clock of the machine, which all processes share. */
  constructor(file: StoreFile, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
  }

  /** Whether another backend receives bus events. */
  hasOthers(): boolean {
    const { generation, connection } = this.#file;
    const now = this.#now();
    if (generation !== this.#generation || this.#lastSeen > now + SESSION_TIMEOUT_MS) {
      this.#generation = generation;
      this.#lastSeen = connection.row(LAST_SEEN, this.own, now + SESSION_TIMEOUT_MS)![0] as number;
    }
    return this.#lastSeen > 0 && this.#lastSeen >= now - SESSION_TIMEOUT_MS;
  }

  /**
   * Writes a heartbeat of this backend, and removes dead sessions. {@link BusSessions.confirm} follows the commit.
   *
   * @returns Whether this backend has stored a heartbeat before, and its session was dead: other backends may have sent
   * it no events.
   */
  touch(): boolean {
    const { connection } = this.#file;
    const now = this.#now();
    const alive = [now - SESSION_TIMEOUT_MS, now + SESSION_TIMEOUT_MS] as const;
    const wasDead = this.#isRegistered && connection.row(HAS_OWN, this.own, ...alive) === undefined;
    connection.run(TOUCH, this.own, now);
    connection.run(REMOVE_DEAD, ...alive);
    return wasDead;
  }

  /** Confirms that the last heartbeat is stored: its transaction was not rolled back. */
  confirm(): void {
    this.#isRegistered = true;
  }

  /** Ends the session of this backend. */
  remove(): void {
    this.#file.connection.run(REMOVE, this.own);
    this.#isRegistered = false;
  }
}
