import type { Backend } from "../../mod.ts";
import { createBackend, type Driver } from "../../adapter.ts";
import { openFile } from "./database/open_file.ts";
import { SqliteDriver } from "./sqlite_driver.ts";
import { type CheckedSqliteOptions, checkSqliteOptions, type SqliteOptions } from "./sqlite_options.ts";

/**
 * Opens a backend on a SQLite file, which is created if it does not exist. Several processes of one machine can have
 * the file open at the same time. Network file systems are not supported.
 *
 * @param options See {@link SqliteOptions}.
 * @throws {InvalidArgumentError} If an option is unknown or has a wrong value.
 * @throws {UnsupportedStorageError} If the file belongs to another application, was written by a newer release, is
 * damaged, or has another retention or quota. The file is left unchanged.
 * @throws {UnavailableError} If the file cannot be read or written: its folder does not exist, a permission is missing,
 * or another process kept it locked for the whole timeout.
 *
 * @example Events that survive a restart
 * ```ts ignore
 * import { sqlite } from "@flowmade-one/aether/sqlite";
 *
 * await using backend = await sqlite({ path: "orders.db" });
 * const store = backend.store("prod.orders");
 * await store.append("order.42", [{ type: "Placed", data: { sku: "A" } }], { expectedVersion: "any" });
 * console.log(await store.latestVersion("order.42")); // One more at each run.
 * ```
 */
export async function sqlite(options: SqliteOptions): Promise<Backend> {
  const checked = checkSqliteOptions(options, "sqlite");
  return createBackend(await open(checked), checked.backend);
}

/**
 * Opens the driver of a file, for `importLog` and for tests of adapters. Applications use {@link sqlite}.
 *
 * @param options See {@link SqliteOptions}.
 * @returns A driver. Its `close` closes the file.
 * @throws {InvalidArgumentError} As {@link sqlite}.
 * @throws {UnsupportedStorageError} As {@link sqlite}.
 * @throws {UnavailableError} As {@link sqlite}.
 */
export async function sqliteDriver(options: SqliteOptions): Promise<Driver> {
  return await open(checkSqliteOptions(options, "sqliteDriver"));
}

async function open(options: CheckedSqliteOptions): Promise<SqliteDriver> {
  return new SqliteDriver(await openFile(options), options);
}
