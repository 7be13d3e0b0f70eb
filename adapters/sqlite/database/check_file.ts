import { UnavailableError, UnsupportedStorageError } from "../../../errors.ts";
import { type Bounds, formatBounds, readBounds } from "./bounds.ts";
import { Connection } from "./connection.ts";
import { classifyFailure, DamagedFileError } from "./failure.ts";
import { hasJournal } from "./journals.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";
import { statFile } from "./stat_file.ts";

/**
 * Checks a file before another connection may change it. When the last connection to a file closes, SQLite writes a
 * remaining WAL into the file, unless the connection is read-only.
 *
 * Only SQLite reads the file: a process that closes a file releases the locks of all its connections to the file
 * (https://www.sqlite.org/howtocorrupt.html, section 2.2).
 *
 * @param bounds Expected bounds; if absent, the file must exist and may have any bounds.
 * @throws {UnavailableError} If the file must exist and does not exist.
 * @throws {UnsupportedStorageError} If this release cannot use the file.
 * @throws {DamagedFileError} If the file is damaged.
 */
export async function checkBeforeOpening(path: string, bounds: Bounds | undefined): Promise<void> {
  if (statFile(path) === undefined) {
    if (bounds === undefined) throw noSuchFile(path);
    return;
  }
  // Without a journal, another connection changes nothing. A read-only one would leave an empty WAL behind.
  if (hasJournal(path) === false) return;
  const connection = await Connection.open(path, { readOnly: true });
  try {
    checkFile(connection, path, bounds);
  } catch (error) {
    // A rollback journal must be rolled back before the file can be read.
    if (classifyFailure(error) !== "read-only") throw error;
  } finally {
    connection.close();
  }
}

/**
 * Checks that this release can use a file, or that the file is empty.
 *
 * @param bounds Expected bounds; if absent, the file must not be empty and may have any bounds.
 * @throws {UnavailableError} If the file must not be empty and is empty.
 * @throws {UnsupportedStorageError} If this release cannot use the file.
 * @throws {DamagedFileError} If the file is damaged.
 */
export function checkFile(connection: Connection, path: string, bounds: Bounds | undefined): void {
  // The page count is read first: the transaction that creates the file also sets all other values.
  if (connection.readPragma("page_count") === 0) {
    if (bounds === undefined) throw noSuchFile(path);
    return;
  }
  if (connection.readPragma("application_id") !== APPLICATION_ID) {
    throw new UnsupportedStorageError(
      `Cannot open "${path}": it is a database of another application. Use a separate file for the events`,
    );
  }
  const version = connection.readPragma("user_version");
  if (version < 1) throw new DamagedFileError(`its schema version is ${version}`);
  checkVersion(path, version);
  // SQLite detects that a page is missing, but not that a part of the last page is missing. A WAL may contain that page.
  if (hasJournal(path) === false && statFile(path)!.size % connection.readPragma("page_size") > 0) {
    throw new DamagedFileError("its last page is incomplete");
  }
  checkBoundsOf(connection, path, bounds);
}

/** @throws {UnsupportedStorageError} If a newer release has migrated the file to a later version. */
export function checkVersion(path: string, version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new UnsupportedStorageError(
    `Cannot open "${path}": a newer release has written it, with schema version ${version}; this release supports ` +
      `versions up to ${SCHEMA_VERSION}. Update the package`,
  );
}

/**
 * @param bounds Expected bounds; if absent, the file may have any bounds.
 * @throws {UnsupportedStorageError} If the file has other bounds.
 * @throws {DamagedFileError} If the file has no bounds, or its bounds are invalid.
 */
export function checkBoundsOf(connection: Connection, path: string, bounds: Bounds | undefined): void {
  const stored = formatBounds(readBounds(connection));
  if (bounds === undefined) return;
  const given = formatBounds(bounds);
  if (given === stored) return;
  throw new UnsupportedStorageError(
    `Cannot open "${path}" with the bounds ${given}: the bounds of the file are ${stored}. Pass those, or change ` +
      `them with changeBounds`,
  );
}

function noSuchFile(path: string): UnavailableError {
  return new UnavailableError(`Cannot open "${path}": there is no such file. Check the path`);
}
