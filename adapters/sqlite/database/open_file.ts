import { closeSync, openSync, readSync } from "node:fs";
import { Buffer } from "node:buffer";
import { isAetherError } from "../../../mod.ts";
import { UnavailableError, UnsupportedStorageError } from "../../../errors.ts";
import { type Bounds, formatBounds, readBounds, writeBounds } from "./bounds.ts";
import { Connection } from "./connection.ts";
import { classifyFailure } from "./failure.ts";
import { FileIdentity } from "./file_identity.ts";
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from "./schema.ts";
import { StoreFile } from "./store_file.ts";

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
  // The header is read first, because SQLite itself may change a foreign file, such as by recovering it.
  if (isEmpty(path) && bounds === undefined) {
    throw new UnavailableError(`Cannot open "${path}": there is no such file. Check the path`);
  }
  const connection = await Connection.open(path);
  try {
    migrate(connection, path, bounds);
    configure(connection, path, durability);
    if (bounds !== undefined) checkBoundsOf(connection, path, bounds);
    return new StoreFile({ connection, identity: new FileIdentity(path), flushes: durability === "disk" });
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The header and its fields: https://www.sqlite.org/fileformat.html#the_database_header. */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

/**
 * Whether a file is empty or does not exist.
 *
 * @throws {UnsupportedStorageError} If the header shows that this release cannot use the file.
 */
function isEmpty(path: string): boolean {
  const header = Buffer.alloc(HEADER_BYTES);
  const bytesRead = readHeader(path, header);
  if (bytesRead === 0) return true;
  if (bytesRead < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new UnsupportedStorageError(`Cannot open "${path}": it is not a SQLite database, or it is damaged`);
  }
  if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw new UnsupportedStorageError(
      `Cannot open "${path}": it is a database of another application. Use a separate file for the events`,
    );
  }
  checkVersion(path, header.readUInt32BE(USER_VERSION_AT));
  return false;
}

function readHeader(path: string, header: Buffer): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return 0;
    throw error;
  }
  try {
    return readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
}

function checkVersion(path: string, version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new UnsupportedStorageError(
    `Cannot open "${path}": a newer release has written it, with schema version ${version}; this release supports ` +
      `versions up to ${SCHEMA_VERSION}. Update the package`,
  );
}

/**
 * Brings the file to the current schema version.
 *
 * A new file is created in rollback mode. In WAL mode, its header would stay empty until the first checkpoint, and the
 * file would not be recognised as a file of this adapter.
 */
function migrate(connection: Connection, path: string, bounds: Bounds | undefined): void {
  if (readVersion(connection) === SCHEMA_VERSION) return;
  connection.run("BEGIN IMMEDIATE");
  try {
    const version = readVersion(connection);
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

function readVersion(connection: Connection): number {
  return connection.row("PRAGMA user_version")![0] as number;
}

function configure(connection: Connection, path: string, durability: "disk" | "process"): void {
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
    "wal_autocheckpoint = 4000", // 16 MB.
    "journal_size_limit = 16777216",
  ];
  for (const pragma of pragmas) connection.setPragma(pragma);
}

function checkBoundsOf(connection: Connection, path: string, bounds: Bounds): void {
  const [given, stored] = [formatBounds(bounds), formatBounds(readBounds(connection)!)];
  if (given === stored) return;
  throw new UnsupportedStorageError(
    `Cannot open "${path}" with the bounds ${given}: the bounds of the file are ${stored}. Pass those, or change ` +
      `them with changeBounds`,
  );
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
