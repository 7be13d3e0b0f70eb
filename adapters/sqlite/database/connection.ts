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
  readonly #statements: Map<string, Prepared> = new Map();
  #waitsForRecovery = false;

  /** Imports `node:sqlite` at the first call, so that the module also loads on runtimes without it. */
  static async open(path: string, options: { readonly readOnly?: boolean } = {}): Promise<Connection> {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(path, options);
    try {
      return new Connection(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.setPragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }

  /**
   * Lets reads wait while another process recovers the file. Called when the file is open: while it is being opened, its
   * opener waits by timers, because another program may have locked the whole file.
   */
  waitForRecovery(): void {
    this.#waitsForRecovery = true;
  }

  /** Runs a statement that returns no row. */
  run(sql: string, ...values: SQLInputValue[]): void {
    // `run` of a statement also asks SQLite for the number of changes and the last key.
    this.#get(sql, values);
  }

  /** The first row of a query. */
  row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    try {
      return this.#get(sql, values);
    } catch (error) {
      return this.#afterRecovery(error, () => this.#get(sql, values));
    }
  }

  /** All rows of a query. */
  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    try {
      return this.#all(sql, values);
    } catch (error) {
      return this.#afterRecovery(error, () => this.#all(sql, values));
    }
  }

  /** Reads a pragma whose value is a number. */
  readPragma(name: string): number {
    return this.row(`PRAGMA ${name}`)![0] as number;
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
   * Repeats a read once, and waits for the lock. In WAL mode, a read finds an open file locked only while another
   * process recovers it.
   */
  #afterRecovery<T>(error: unknown, read: () => T): T {
    if (!this.#waitsForRecovery || classifyFailure(error) !== "busy") throw error;
    return this.withLockTimeout(RECOVERY_TIMEOUT_MS, read);
  }

  #get(sql: string, values: readonly SQLInputValue[]): Row | undefined {
    const { statement, order } = this.#prepare(sql);
    return statement.get(...inOrder(values, order)) as Row | undefined;
  }

  #all(sql: string, values: readonly SQLInputValue[]): Row[] {
    const { statement, order } = this.#prepare(sql);
    return statement.all(...inOrder(values, order)) as unknown as Row[];
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      const { sql: anonymous, order } = toAnonymousParameters(sql);
      const statement = this.#database.prepare(anonymous);
      (statement as ArrayStatement).setReturnArrays(true);
      this.#statements.set(sql, prepared = { statement, order });
    }
    return prepared;
  }
}

/** A prepared statement. */
interface Prepared {
  readonly statement: StatementSync;
  /** The index of the value of each parameter; `undefined` if the values are in the order of the parameters. */
  readonly order: readonly number[] | undefined;
}

/**
 * Replaces the numbered parameters of a statement, `?1`, by `?`. Node.js before 22.20 and 24.8 binds no values to
 * numbered parameters.
 *
 * @param sql A statement in which all parameters or no parameter have a number.
 */
export function toAnonymousParameters(sql: string): { readonly sql: string; readonly order: Prepared["order"] } {
  const order: number[] = [];
  const anonymous = sql.replace(/\?(\d+)/g, (_parameter, number) => {
    order.push(Number(number) - 1);
    return "?";
  });
  return { sql: anonymous, order: order.length === 0 ? undefined : order };
}

function inOrder(values: readonly SQLInputValue[], order: Prepared["order"]): readonly SQLInputValue[] {
  return order === undefined ? values : order.map((index) => values[index]!);
}

/** Deno's types lack this method of Node.js 22.16, Deno 2.9 and Bun 1.4. */
type ArrayStatement = StatementSync & { setReturnArrays(enabled: boolean): void };
