import { type ReadModel, sqliteModel } from "@flowmade-one/aether/projections";
import { DatabaseSync } from "node:sqlite";

/** Opens a model with one row for each applied event. An event that is applied twice has two rows. */
export function openModel(path: string): { readonly database: DatabaseSync; readonly model: ReadModel } {
  const database = new DatabaseSync(path, { timeout: 60_000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database.exec("CREATE TABLE IF NOT EXISTS applied (event TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO applied VALUES (?)");
  return { database, model: sqliteModel(database, { name: "applied", apply: ({ id }) => void insert.run(id) }) };
}
