import type { Backend } from "@flowmade-one/aether";
import { createBackend, type Retention } from "@flowmade-one/aether/adapter";
import { sqlite, type SqliteOptions } from "@flowmade-one/aether/sqlite";
import { openFile } from "../../adapters/sqlite/database/open_file.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { SqliteDriver } from "../../adapters/sqlite/sqlite_driver.ts";
import { checkSqliteOptions } from "../../adapters/sqlite/sqlite_options.ts";

/** Creates a file with version 1 of "order.1" in the namespace "t", and closes it. */
export async function writeFile(path: string, options: Partial<SqliteOptions> = {}): Promise<void> {
  await using backend = await sqlite({ path, ...options });
  await backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
}

/** Opens a file, by default without bounds, for tests of parts of the adapter. */
export function openStoreFile(
  path: string,
  durability: "disk" | "process" = "process",
  retention?: Retention,
): Promise<StoreFile> {
  return openFile({ path, durability, timeout: 1_000, bounds: { retention, quota: undefined } });
}

/** Opens a backend on a file whose connection a test observes or changes. The backend does not poll for changes. */
export function openBackend(file: StoreFile, options: SqliteOptions): Backend {
  const checked = checkSqliteOptions({ pollInterval: 60_000, ...options }, "sqlite");
  return createBackend(new SqliteDriver(file, checked), checked.backend);
}
