import { checkBounds, checkOptions, type Quota, type Retention } from "../../adapter.ts";
import type { Namespace } from "../../mod.ts";
import { writeBounds } from "./database/bounds.ts";
import type { StoreFile } from "./database/store_file.ts";
import type { WriteQueue } from "./database/write_queue.ts";
import { Expiry } from "./log/expiry.ts";
import { listNamespaces } from "./log/list_namespaces.ts";
import { LogState } from "./log/log_state.ts";
import { ExpiryWrite } from "./log/log_writes.ts";
import { OPERATOR_OPTIONS, type OperatorOptions, operatorWrite, withExistingFile } from "./operator_write.ts";

/** The new bounds of a file. */
export interface ChangeBoundsOptions extends OperatorOptions {
  /** See {@link SqliteOptions.retention}. If absent, commits do not expire. Not together with `quota`. */
  readonly retention?: Retention | undefined;
  /** See {@link SqliteOptions.quota}. If absent, there is no quota. */
  readonly quota?: Quota | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set([...OPERATOR_OPTIONS, "retention", "quota"]);

/**
 * Changes the retention and the quota of a file. Other processes may have the file open: they apply the new bounds from
 * their next operation on. Commits that the new retention no longer covers expire in all namespaces. Their rows are
 * deleted, too: if another process keeps the file locked, later reads and appends delete the remaining rows.
 *
 * A process that opens the file later must pass the new bounds to {@link sqlite}.
 *
 * @param options The new bounds. A bound that is absent is removed.
 * @throws {InvalidArgumentError} If an option is unknown or has a wrong value.
 * @throws {UnsupportedStorageError} If the file belongs to another application, was written by a newer release, or is
 * damaged.
 * @throws {UnavailableError} If the file does not exist, cannot be written, or is locked for the whole timeout.
 *
 * @example
 * ```ts ignore
 * import { changeBounds } from "@flowmade-one/aether/sqlite";
 *
 * await changeBounds({ path: "events.db", retention: { maxAge: 30 * 24 * 3_600_000 } });
 * ```
 */
export async function changeBounds(options: ChangeBoundsOptions): Promise<void> {
  checkOptions(options, OPTIONS, "changeBounds");
  const { retention, quota, ...opening } = options;
  checkBounds(retention, quota);
  await withExistingFile(opening, async (file, queue) => {
    const bounds = { retention, quota };
    let namespaces: readonly Namespace[] = [];
    const change = () => {
      // Read first: if the list of the namespaces is damaged, the bounds stay unchanged.
      namespaces = listNamespaces(file.connection);
      writeBounds(file.connection, bounds);
    };
    await operatorWrite("change the bounds of the file", change).submit(queue, undefined);
    file.bounds = bounds;
    for (const namespace of namespaces) expireAll(file, queue, namespace);
    await queue.drain();
  });
}

/** Deletes all expired commits of a namespace, in several transactions if necessary. */
function expireAll(file: StoreFile, queue: WriteQueue, namespace: Namespace): void {
  const add = () => queue.add(new ExpiryWrite(expiry, () => {}));
  const expiry = new Expiry(new LogState(namespace, file), Date.now, add);
  add();
}
