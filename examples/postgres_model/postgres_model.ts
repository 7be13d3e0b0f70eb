import type { RecordedEvent } from "@flowmade-one/aether";
import type { Mark, ReadModel } from "@flowmade-one/aether/projections";

/** The statement that creates the table of marks. Run it in a migration of the database. */
export const MARKS_TABLE = "CREATE TABLE IF NOT EXISTS aether_marks (name text PRIMARY KEY, mark text NOT NULL)";

/** A connection that a pool lends: a `PoolClient` of the npm package `pg`. */
export interface Connection {
  // deno-lint-ignore no-explicit-any -- the columns depend on the statement
  query(sql: string, values?: readonly any[]): Promise<QueryResult<any>>;
  release(destroy?: boolean): void;
}

/** The part of a `QueryResult` of the npm package `pg` that the model uses. */
export interface QueryResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
  /** The command that the server has executed. */
  readonly command: string;
}

/** The part of a `Pool` of the npm package `pg` that the model uses. */
export interface ConnectionPool extends Pick<Connection, "query"> {
  connect(): Promise<Connection>;
}

/** Options of {@link postgresModel}. */
export interface PostgresModelOptions<V extends RecordedEvent> {
  /** The name of the model in the table of marks. */
  readonly name: string;
  /** Applies events, oldest first, to the tables, in the open transaction of a connection. */
  readonly apply: (connection: Connection, events: readonly V[]) => Promise<unknown>;
  /** Deletes all rows of the model's tables. */
  readonly clear: (connection: Connection) => Promise<unknown>;
}

/**
 * Makes a read model of tables in PostgreSQL. A transaction updates the mark first, which locks the mark's row. If two
 * processes apply the same events, the second one waits for the first, finds another mark, and rolls back.
 *
 * @param pool Must have a listener for `error`, and must add one to each connection. Otherwise a lost connection is an
 * uncaught error.
 */
export function postgresModel<V extends RecordedEvent>(
  pool: ConnectionPool,
  { name, apply, clear }: PostgresModelOptions<V>,
): ReadModel<V> {
  return {
    mark: async () => {
      const { rows } = await pool.query("SELECT mark FROM aether_marks WHERE name = $1", [name]);
      return rows[0]?.mark;
    },
    apply: (events, mark, before) =>
      inTransaction(pool, async (connection) => {
        const { rowCount } = await connection.query(...moveMark(name, mark, before));
        if (rowCount !== 1) throw new Error(`Cannot apply events to "${name}": another process has applied them`);
        if (events.length > 0) await apply(connection, events);
      }),
    clear: (before) =>
      inTransaction(pool, async (connection) => {
        const remove = "DELETE FROM aether_marks WHERE name = $1 AND mark = $2";
        const { rowCount } = await connection.query(remove, [name, before]);
        if (rowCount === 1) await clear(connection);
      }),
  };
}

function moveMark(name: string, mark: Mark, before: Mark | undefined): [sql: string, values: string[]] {
  return before === undefined
    ? ["INSERT INTO aether_marks VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, mark]]
    : ["UPDATE aether_marks SET mark = $2 WHERE name = $1 AND mark = $3", [name, mark, before]];
}

async function inTransaction(pool: ConnectionPool, work: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await pool.connect();
  try {
    await connection.query("BEGIN");
    await work(connection);
    // After a failed statement, the server answers COMMIT with ROLLBACK and without an error.
    const { command } = await connection.query("COMMIT");
    if (command !== "COMMIT") {
      throw new Error(
        "Cannot commit: a statement failed, and the server rolled back. Throw the error of the statement",
      );
    }
  } catch (error) {
    connection.release(true); // The server rolls back when the connection is closed.
    throw error;
  }
  connection.release();
}
