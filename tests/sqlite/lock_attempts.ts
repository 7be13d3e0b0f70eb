import type { Connection } from "../../adapters/sqlite/database/connection.ts";

/** An attempt of a connection to lock the file. */
export interface LockAttempt {
  /** Milliseconds that SQLite waits for the lock, and blocks the event loop. */
  readonly timeout: number;
  /** The turn of the event loop. */
  readonly turn: number;
}

/**
 * Records the later attempts of a connection to lock the file.
 *
 * @param part The statements that lock the file contain this string.
 * @param turn Returns the turn of the event loop.
 * @returns The attempts. The array grows while the connection is used.
 */
export function recordLockAttempts(connection: Connection, part: string, turn: () => number = () => 0): LockAttempt[] {
  const attempts: LockAttempt[] = [];
  const run = connection.run.bind(connection);
  connection.run = (sql, ...values) => {
    if (sql.includes(part)) {
      // SQLite reads the value while it prepares a statement, and the connection prepares each statement once.
      const [timeout] = connection.row(`PRAGMA busy_timeout -- ${attempts.length}`) as [number];
      attempts.push({ timeout, turn: turn() });
    }
    run(sql, ...values);
  };
  return attempts;
}
