import { checkBounds, checkOptions, checkWholeNumber, type Quota, type Retention } from "../../adapter.ts";
import { type Namespace, UnavailableError } from "../../mod.ts";
import { type Bounds, writeBounds } from "./database/bounds.ts";
import { openFile } from "./database/open_file.ts";
import { PendingWrite } from "./database/pending_write.ts";
import type { StoreFile } from "./database/store_file.ts";
import { WriteQueue } from "./database/write_queue.ts";
import { Expiry } from "./log/expiry.ts";
import { listNamespaces } from "./log/list_namespaces.ts";
import { LogState } from "./log/log_state.ts";
import { ExpiryWrite } from "./log/log_writes.ts";
import { checkPath, DEFAULT_TIMEOUT_MS, MAX_DELAY_MS } from "./sqlite_options.ts";

/** The new bounds of a file. */
export interface ChangeBoundsOptions {
  /** The path of an existing file, or its `file:` URL. */
  readonly path: string | URL;
  /** See {@link SqliteOptions.retention}. Absent: no commit expires any more. Excludes `quota`. */
  readonly retention?: Retention | undefined;
  /** See {@link SqliteOptions.quota}. Absent: no namespace is full any more. */
  readonly quota?: Quota | undefined;
  /** Milliseconds that the change waits while another process keeps the file locked; 15,000 by default. */
  readonly timeout?: number | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set(["path", "retention", "quota", "timeout"]);

/**
 * Changes the retention and the quota of a file, also while other processes have it open: they follow the new bounds from
 * their next operation on. Commits that the new retention no longer covers expire in all namespaces.
 *
 * A process that opens the file later has to give the new bounds to {@link sqlite}.
 *
 * @param options Both bounds as they are to be: an absent one is removed.
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
  const { retention, quota, timeout = DEFAULT_TIMEOUT_MS } = options;
  const path = checkPath(options.path);
  const bounds = checkBounds(retention, quota);
  checkWholeNumber(timeout, "timeout", 1, MAX_DELAY_MS, "milliseconds");
  const file = await openFile({ path, durability: "disk", timeout, bounds: undefined });
  try {
    const queue = new WriteQueue(file, timeout);
    await new BoundsWrite(file, path, bounds).submit(queue, undefined);
    for (const namespace of listNamespaces(file.connection)) expireAll(file, queue, namespace);
    await queue.drain();
  } finally {
    file.close();
  }
}

/** Deletes all expired commits of a namespace, in as many transactions as it takes. */
function expireAll(file: StoreFile, queue: WriteQueue, namespace: Namespace): void {
  const add = () => queue.add(new ExpiryWrite(expiry, () => {}));
  const expiry = new Expiry(new LogState(namespace, file), Date.now, add);
  add();
}

/** Stores bounds in the file. */
class BoundsWrite extends PendingWrite<void> {
  readonly bytes = 0;
  readonly isDurable = true;
  readonly #file: StoreFile;
  readonly #path: string;
  readonly #bounds: Bounds;

  constructor(file: StoreFile, path: string, bounds: Bounds) {
    super();
    this.#file = file;
    this.#path = path;
    this.#bounds = bounds;
  }

  override apply(): void {
    writeBounds(this.#file.connection, this.#bounds);
  }

  override committed(): void {
    this.#file.bounds = this.#bounds;
    this.resolve();
  }

  override failed(error: unknown): void {
    const message = `Cannot change the bounds of "${this.#path}": ${(error as Error).message}`;
    this.reject(new UnavailableError(message, { cause: error }));
  }
}
