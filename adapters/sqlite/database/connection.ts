import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { classifyFailure } from "./failure.ts";

/** The columns of a row, in the order of the statement. Arrays take less time than objects. */
export type Row = readonly unknown[];

/** Milliseconds that SQLite waits for a lock while it blocks the event loop. Longer waits use timers. */
const BUSY_TIMEOUT_MS = 2;

/** Milliseconds that a read waits while another process recovers the file after a crash. */
const RECOVERY_TIMEOUT_MS = 2_000;

/**
 * A connection to the file and its prepared statements.
 *
 * The connection refers to the database, because a statement alone does not keep the database from garbage collection
 * (https://github.com/denoland/deno/issues/31732). The connection never uses `exec`, whose errors have no result code
 * in Deno.
 */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements: Map<string, StatementSync> = new Map();

  /** Imports `node:sqlite` at the first call, so that the module also loads on runtimes without it. */
  static async open(path: string): Promise<Connection> {
    const { DatabaseSync } = await import("node:sqlite");
    return new Connection(new DatabaseSync(path));
  }

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.setPragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }

  /** Runs a statement that returns no row. */
  run(sql: string, ...values: SQLInputValue[]): void {
    // `run` of a statement also asks SQLite for the number of changes and the last key.
    this.#prepare(sql).get(...values);
  }

  /** The first row of a query. */
  row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    try {
      return this.#prepare(sql).get(...values) as Row | undefined;
    } catch (error) {
      return this.#afterRecovery(error, () => this.#prepare(sql).get(...values) as Row | undefined);
    }
  }

  /** All rows of a query. */
  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    try {
      return this.#prepare(sql).all(...values) as unknown as Row[];
    } catch (error) {
      return this.#afterRecovery(error, () => this.#prepare(sql).all(...values) as unknown as Row[]);
    }
  }

  /** Sets a pragma. SQLite applies many pragmas while it prepares the statement: each call prepares a new one. */
  setPragma(setting: string): void {
    this.#database.prepare(`PRAGMA ${setting}`).run();
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** Calls a function whose statements wait up to `timeout` milliseconds for a lock, and block the event loop. */
  withLockTimeout<T>(timeout: number, call: () => T): T {
    this.setPragma(`busy_timeout = ${timeout}`);
    try {
      return call();
    } finally {
      this.setPragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /**
   * Repeats a read once, and waits for the lock. In WAL mode, a read finds the file locked only while another process
   * recovers it.
   */
  #afterRecovery<T>(error: unknown, read: () => T): T {
    if (classifyFailure(error) !== "busy") throw error;
    return this.withLockTimeout(RECOVERY_TIMEOUT_MS, read);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      (statement as ArrayStatement).setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Deno's types lack this method of Node.js 22.16, Deno 2.9 and Bun 1.4. */
type ArrayStatement = StatementSync & { setReturnArrays(enabled: boolean): void };
