import { isAetherError } from "../../../mod.ts";
import { UnavailableError, UnsupportedStorageError } from "../../../errors.ts";
import { type Bounds, writeBounds } from "./bounds.ts";
import { checkBeforeOpening, checkBoundsOf, checkFile, checkVersion } from "./check_file.ts";
import { Connection } from "./connection.ts";
import { classifyFailure } from "./failure.ts";
import { FileIdentity } from "./file_identity.ts";
import { findWal } from "./journals.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./schema.ts";
import { StoreFile, type StoreFileOptions } from "./store_file.ts";
import { CHECKPOINTED_WAL_BYTES } from "./wal_checkpoints.ts";

/** Milliseconds between two attempts to open a file that another process creates, migrates or keeps locked. */
const RETRY_DELAY_MS = 10;

/** Options of {@link openFile}. */
export interface OpenFileOptions {
  readonly path: string;
  readonly durability: "disk" | "process";
  /** Milliseconds. */
  readonly timeout: number;
  /** Bounds that the file must have, or that a new file gets. If absent, the file must exist. */
  readonly bounds: Bounds | undefined;
}

/**
 * Opens a file. Creates a file that does not exist, and migrates a file of an earlier schema version.
 *
 * @throws {UnsupportedStorageError} If the file belongs to another application, was written by a newer release, is
 * damaged, or has other bounds. The file is left unchanged.
 * @throws {UnavailableError} If the file cannot be read or written, or is locked for the whole timeout.
 */
export async function openFile(options: OpenFileOptions): Promise<StoreFile> {
  const { path, timeout } = options;
  const deadline = performance.now() + timeout;
  while (true) {
    try {
      return await tryToOpen(options);
    } catch (error) {
      if (isAetherError(error)) throw error;
      if (classifyFailure(error) !== "busy" || performance.now() > deadline) throw toOpenError(path, error);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
  }
}

async function tryToOpen({ path, durability, bounds }: OpenFileOptions): Promise<StoreFile> {
  await checkBeforeOpening(path, bounds);
  const connection = await Connection.open(path);
  try {
    checkFile(connection, path, bounds);
    migrate(connection, path, bounds);
    const walPath = findWal(path);
    configure(connection, { path, durability, walPath });
    checkBoundsOf(connection, path, bounds); // Another process may have created the file since.
    const file = new StoreFile({
      connection,
      identity: new FileIdentity(path),
      flushes: durability === "disk",
      walPath,
    });
    connection.waitForRecovery();
    return file;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Brings the file to the current schema version.
 *
 * A new file is created in rollback mode. In WAL mode, its header would stay empty until the first checkpoint, and the
 * file would not be recognised as a file of this adapter.
 */
function migrate(connection: Connection, path: string, bounds: Bounds | undefined): void {
  if (connection.readPragma("user_version") === SCHEMA_VERSION) return;
  connection.run("BEGIN IMMEDIATE");
  try {
    const version = connection.readPragma("user_version");
    checkVersion(path, version);
    for (const step of MIGRATIONS.slice(version)) for (const statement of step) connection.run(statement);
    if (version === 0) writeBounds(connection, bounds ?? { retention: undefined, quota: undefined });
    connection.setPragma(`application_id = ${APPLICATION_ID}`);
    connection.setPragma(`user_version = ${SCHEMA_VERSION}`);
    connection.run("COMMIT");
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function rollBack(connection: Connection): void {
  try {
    connection.run("ROLLBACK");
  } catch {
    // SQLite has rolled back by itself.
  }
}

function configure(
  connection: Connection,
  { path, durability, walPath }: Pick<OpenFileOptions, "path" | "durability"> & Pick<StoreFileOptions, "walPath">,
): void {
  const mode = connection.row("PRAGMA journal_mode = WAL")![0];
  if (mode !== "wal") {
    throw new UnsupportedStorageError(
      `Cannot open "${path}": its file system has no shared memory, which the WAL mode of SQLite needs. Use a local ` +
        `disk`,
    );
  }
  const isDisk = durability === "disk";
  const pragmas = [
    `synchronous = ${isDisk ? "FULL" : "NORMAL"}`,
    // Without this pragma, a flush on macOS may leave data in the cache of the drive. Other systems ignore it.
    `fullfsync = ${isDisk ? "ON" : "OFF"}`,
    "checkpoint_fullfsync = ON",
    // 2 MB. With 16 MB, appends to a file of 150,000 events take the same processor time, and more memory.
    "cache_size = -2000",
    // 16 MB, or 32 MB if the adapter starts checkpoints before.
    `wal_autocheckpoint = ${walPath === undefined ? 4_000 : 8_000}`,
    `journal_size_limit = ${CHECKPOINTED_WAL_BYTES}`,
  ];
  for (const pragma of pragmas) connection.setPragma(pragma);
}

function toOpenError(path: string, cause: unknown): Error {
  const kind = classifyFailure(cause);
  if (kind === "corrupt") {
    return new UnsupportedStorageError(`Cannot open "${path}": it is not a SQLite database, or it is damaged`, {
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  const state = kind === "busy"
    ? "another process kept it locked for the whole timeout. Try again"
    : `${reason}. The folder must exist, and this process must be able to create files in it`;
  return new UnavailableError(`Cannot open "${path}": ${state}`, { cause });
}
