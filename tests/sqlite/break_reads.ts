import type { Connection } from "../../adapters/sqlite/database/connection.ts";

/** Makes the reads of a connection fail whose SQL contains a string. */
export function breakReads(connection: Connection, part: string) {
  const broken = { calls: 0, isBroken: (_call: number) => true };
  for (const method of ["row", "rows"] as const) {
    const read = connection[method].bind(connection) as (...input: unknown[]) => never;
    connection[method] = (sql, ...values): never => {
      if (sql.includes(part) && broken.isBroken(++broken.calls)) {
        throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
      }
      return read(sql, ...values);
    };
  }
  return broken;
}
