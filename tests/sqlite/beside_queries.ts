import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";

/** Which queries of a connection are counted, and how many of them. */
export interface QuerySelection {
  /** The SQL of the queries contains this string. */
  readonly part: string;
  /** The number of the queries. */
  readonly queries: number;
}

/** Calls a function before or after the next queries of a connection. */
export function besideQueries(
  { connection }: StoreFile,
  { part, queries }: QuerySelection,
  isBefore: boolean,
  change: () => void,
): void {
  const query = connection.rows.bind(connection);
  let left = queries;
  connection.rows = (sql, ...values) => {
    const isCalled = sql.includes(part) && left-- > 0;
    if (isCalled && isBefore) change();
    const rows = query(sql, ...values);
    if (isCalled && !isBefore) change();
    return rows;
  };
}
