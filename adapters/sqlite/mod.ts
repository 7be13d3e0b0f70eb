/**
 * The SQLite adapter: events in one file on one machine, for one process or several processes. It needs no
 * installation, because it uses the runtime's own `node:sqlite`.
 *
 * @example
 * ```ts ignore
 * import { sqlite } from "@flowmade-one/aether/sqlite";
 *
 * await using backend = await sqlite({ path: "events.db" });
 * const store = backend.store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: { by: "Ann" } }], { expectedVersion: "any" });
 * ```
 *
 * @module
 */
export type { Quota, Retention } from "../../adapter.ts";
export { changeBounds, type ChangeBoundsOptions } from "./change_bounds.ts";
export { type OperatorOptions } from "./operator_write.ts";
export { renewLogIdentity } from "./renew_log_identity.ts";
export { sqlite, sqliteDriver } from "./sqlite.ts";
export type { SqliteOptions } from "./sqlite_options.ts";
