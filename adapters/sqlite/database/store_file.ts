import { type Bounds, readBounds } from "./bounds.ts";
import type { Connection } from "./connection.ts";
import { ReplacedFileError } from "./failure.ts";
import type { FileIdentity } from "./file_identity.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { WalCheckpoints } from "./wal_checkpoints.ts";

/** Options of a file. */
export interface StoreFileOptions {
  readonly connection: Connection;
  readonly identity: FileIdentity;
  /** Whether a commit is flushed to the disk. */
  readonly flushes: boolean;
  /** The path of the WAL; absent if this process may not read its size. */
  readonly walPath: string | undefined;
}

/**
 * Milliseconds between two checks of the path. If commits are flushed, the path is checked before each commit, because
 * a flush takes longer than the check.
 */
const CHECK_INTERVAL_MS = 100;

/** An open file. Its `generation` shows whether data that was cached from the file is still valid. */
export class StoreFile {
  readonly connection: Connection;
  readonly #identity: FileIdentity;
  readonly #checkInterval: number;
  readonly #flushes: boolean;
  readonly #checkpoints: WalCheckpoints | undefined;
  #isFlushing: boolean;
  #bounds: Bounds;
  #dataVersion: number;
  #generation = 0;
  #checkedAt = -Infinity;

  constructor({ connection, identity, flushes, walPath }: StoreFileOptions) {
    this.connection = connection;
    this.#checkpoints = walPath === undefined ? undefined : new WalCheckpoints(connection, walPath);
    this.#identity = identity;
    this.#checkInterval = flushes ? 0 : CHECK_INTERVAL_MS;
    this.#flushes = this.#isFlushing = flushes;
    this.#dataVersion = this.#readDataVersion();
    this.#bounds = readBounds(connection);
  }

  /** The bounds of each namespace at the last {@link refresh}. */
  get bounds(): Bounds {
    return this.#bounds;
  }

  /** Called after this connection has stored other bounds. */
  set bounds(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Changes whenever data that was read from the file before may have changed. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Checks for commits since the last call by other connections, of this process or of another process.
   *
   * @returns Whether there are such commits.
   */
  refresh(): boolean {
    const dataVersion = this.#readDataVersion();
    if (dataVersion === this.#dataVersion) return false;
    this.#checkSchema();
    this.#bounds = readBounds(this.connection);
    this.#dataVersion = dataVersion;
    this.#generation++;
    return true;
  }

  /** Called after a transaction was rolled back: data that was cached during it is invalid. */
  invalidate(): void {
    this.#generation++;
  }

  /**
   * Called after each commit of this connection. Checkpoints a large WAL.
   *
   * @param bytes The approximate bytes of the committed writes.
   */
  committed(bytes: number): void {
    this.#checkpoints?.committed(bytes);
  }

  /** Chooses whether the next commit is flushed, if the backend's durability requires flushes. */
  setFlush(isNeeded: boolean): void {
    if (!this.#flushes || isNeeded === this.#isFlushing) return;
    this.connection.setPragma(`synchronous = ${isNeeded ? "FULL" : "NORMAL"}`);
    this.#isFlushing = isNeeded;
  }

  /**
   * Checks that the path still leads to this file.
   *
   * @throws {ReplacedFileError} If the path leads to no file or to another file.
   */
  checkPath(): void {
    if (this.#checkInterval > 0) {
      const now = performance.now();
      if (now - this.#checkedAt < this.#checkInterval) return;
      this.#checkedAt = now;
    }
    if (!this.#identity.isReplaced()) return;
    this.#checkedAt = -Infinity;
    throw new ReplacedFileError("the file was deleted or replaced while it was open. Open the backend again");
  }

  /** Checkpoints the part of the WAL that no other process reads, and closes the file. */
  close(): void {
    try {
      this.connection.row("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // No data is lost: the commits are in the WAL, and the next process that opens the file reads it.
    }
    this.connection.close();
  }

  /** Differs from the last value if another connection has committed since. */
  #readDataVersion(): number {
    return this.connection.readPragma("data_version");
  }

  /** Fails if a newer release has migrated the file while this process has it open. */
  #checkSchema(): void {
    const version = this.connection.readPragma("user_version");
    if (version === SCHEMA_VERSION) return;
    throw new ReplacedFileError(
      `another process has migrated the file to schema version ${version}. Update the package in this process`,
    );
  }
}
