import { checkFunction, requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Mark } from "./mark.ts";
import { refusePromise } from "./model_misuse_error.ts";
import type { ReadModel } from "./projection.ts";

/** The methods of a synchronous SQLite connection that the model calls. `DatabaseSync` of `node:sqlite` has them. */
export interface SqliteDatabase {
  /** Executes statements. */
  exec(sql: string): unknown;
  /** Prepares one statement. */
  prepare(sql: string): SqliteStatement;
}

/** A prepared statement. */
export interface SqliteStatement {
  /** Returns the first row as an object or an array; `undefined` or `null` without rows. */
  get(...values: string[]): unknown;
  /** Executes it. */
  run(...values: string[]): unknown;
}

/** Options of {@link sqliteModel}. */
export interface SqliteModelOptions<V extends RecordedEvent> {
  /** The name of the model in the table of marks, 1 to 128 characters. Each model in a database needs its own name. */
  readonly name: string;
  /**
   * Applies one event to the tables. It must be synchronous, because it runs inside a synchronous transaction, and must
   * not end that transaction.
   */
  readonly apply: (event: V) => void;
  /** Deletes all rows of the model's tables. See `clear` of {@link ReadModel}. */
  readonly clear?: (() => void) | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set(["name", "apply", "clear"]);
const MAX_NAME_LENGTH = 128;

/**
 * Makes a read model whose tables are in a SQLite database. One transaction contains the changes of a batch and the
 * mark: `BEGIN IMMEDIATE`, the changes, the mark, `COMMIT`. Marks are rows of the table `aether_marks`, which is
 * created if it does not exist.
 *
 * @param database An open connection. Set a timeout for busy locks if several processes write.
 * @param options See {@link SqliteModelOptions}.
 * @throws {InvalidArgumentError} If the database or an option is not valid.
 *
 * @example
 * ```ts ignore
 * import { project, sqliteModel } from "@flowmade-one/aether/projections";
 * import { DatabaseSync } from "node:sqlite";
 *
 * const database = new DatabaseSync("orders.db", { timeout: 5_000 });
 * database.exec("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, cents INTEGER NOT NULL) STRICT");
 * const insert = database.prepare("INSERT INTO orders VALUES (?, ?)");
 * const model = sqliteModel<OrderEvent>(database, {
 *   name: "orders",
 *   apply: (event) => {
 *     if (event.type === "Placed") insert.run(event.actorId, event.data.cents);
 *   },
 *   clear: () => database.exec("DELETE FROM orders"),
 * });
 * await using projection = project(store, model, { types: ["Placed"] });
 * ```
 */
export function sqliteModel<V extends RecordedEvent>(
  database: SqliteDatabase,
  options: SqliteModelOptions<V>,
): ReadModel<V> {
  checkOptions(options, OPTIONS, "sqliteModel");
  const { name, apply, clear } = options;
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME_LENGTH) {
    refuseArgument("name", `1 to ${MAX_NAME_LENGTH} characters`, name);
  }
  requireFunction(apply, "apply");
  checkFunction(clear, "clear");
  checkDatabase(database);
  database.exec("CREATE TABLE IF NOT EXISTS aether_marks (name TEXT PRIMARY KEY, mark TEXT NOT NULL) STRICT");
  const select = database.prepare("SELECT mark FROM aether_marks WHERE name = ?");
  const upsert = database.prepare("INSERT OR REPLACE INTO aether_marks VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM aether_marks WHERE name = ?");

  // The work of a promise would end after the transaction.
  const promise = `Cannot change "${name}": apply or clear returned a promise, but the transaction is synchronous. ` +
    `Make the function synchronous`;

  const mark = () => {
    const row = select.get(name) as { readonly mark: Mark } | readonly [Mark] | null | undefined;
    return row === null || row === undefined ? undefined : "mark" in row ? row.mark : row[0];
  };
  const model: ReadModel<V> = {
    mark,
    apply: (events, next, before) =>
      inTransaction(database, () => {
        if (mark() !== before) throw new Error(`Cannot apply events to "${name}": another process has applied them`);
        for (const event of events) refusePromise(apply(event), "apply", promise);
        upsert.run(name, next);
      }),
  };
  if (clear === undefined) return model;
  return {
    ...model,
    clear: (before) =>
      inTransaction(database, () => {
        if (mark() !== before) return;
        refusePromise(clear(), "clear", promise);
        remove.run(name);
      }),
  };
}

function checkDatabase(database: unknown): void {
  const { exec, prepare } = (database ?? {}) as Partial<Record<keyof SqliteDatabase, unknown>>;
  if (typeof exec === "function" && typeof prepare === "function") return;
  refuseArgument("database", "a connection with exec and prepare", database);
}

function inTransaction(database: SqliteDatabase, work: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // SQLite has already rolled back, for example because the disk is full.
    }
    throw error;
  }
}
