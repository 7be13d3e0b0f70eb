import type { LogKey } from "../../../adapter.ts";
import type { Namespace } from "../../../mod.ts";
import { QuotaExceededError } from "../../../errors.ts";
import { keyOf, KEYS_PER_NAMESPACE, MAX_NAMESPACES, OFFSET } from "../database/schema.ts";
import type { StoreFile } from "../database/store_file.ts";

/** The beginning and the end of a log. */
export interface LogExtent {
  /** Offset of the last commit, even if it has expired; 0 before the first commit. */
  readonly lastOffset: number;
  /** Bytes of all commits, expired commits included. */
  readonly totalBytes: number;
  /** The greatest timestamp of a commit. */
  readonly latestTime: number;
  /** Offset of the last expired commit; 0 if none has expired. */
  readonly expiredOffset: number;
  /** Bytes of all expired commits. */
  readonly expiredBytes: number;
}

const EMPTY: LogExtent = { lastOffset: 0, totalBytes: 0, latestTime: -Infinity, expiredOffset: 0, expiredBytes: 0 };

const FIND = `SELECT id, identity FROM namespaces WHERE name = ?`;
const CREATE = `INSERT INTO namespaces (name) VALUES (?) RETURNING id, identity`;
const LAST_ID = `SELECT max(id) FROM namespaces`;
const EXPIRED = `SELECT expired_offset, expired_bytes FROM namespaces WHERE id = ?`;
const SET_EXPIRED = `UPDATE namespaces SET expired_offset = ?, expired_bytes = ? WHERE id = ?`;
const LAST_COMMIT = `SELECT ${OFFSET}, total_bytes, latest_time FROM commits
  WHERE log_key >= ${keyOf("?1", "0")} AND log_key < ${keyOf("?1", `${KEYS_PER_NAMESPACE}`)}
  ORDER BY log_key DESC LIMIT 1`;
const LAST_VERSION = `SELECT last_version FROM commits WHERE namespace = ? AND actor = ?
  ORDER BY last_version DESC LIMIT 1`;
const VERSION_FLOOR = `SELECT version FROM version_floors WHERE namespace = ? AND actor = ?`;

/** A log as a row of the file. */
export interface LogRow extends LogKey {
  readonly id: number;
}

/** Maximum number of actors per namespace whose versions are cached: about 100 bytes each. */
const MAX_VERSIONS = 10_000;

/** One log of the file, with a cache that is valid until another connection writes. */
export class LogState {
  readonly namespace: Namespace;
  readonly file: StoreFile;
  #row: LogRow | undefined;
  #generation = -1;
  #extent: LogExtent | undefined;
  readonly #versions: Map<string, number> = new Map();

  constructor(namespace: Namespace, file: StoreFile) {
    this.namespace = namespace;
    this.file = file;
  }

  /** The namespace's number in the file; absent until the first write. The number never changes. */
  get id(): number | undefined {
    this.#forgetIfStale();
    return this.#find()?.id;
  }

  /** The log's namespace and identity. The identity is empty until the first write. */
  get key(): LogKey {
    this.#forgetIfStale();
    return this.#find() ?? { namespace: this.namespace, identity: "" };
  }

  /** Returns the namespace's number in the file, and assigns one if it has none. Call it within a transaction. */
  createId(): number {
    return this.create().id;
  }

  /**
   * Assigns the namespace a number and an identity if it has none. Call it within a transaction.
   *
   * @throws {QuotaExceededError} If the file cannot have another namespace.
   */
  create(): LogRow {
    this.#forgetIfStale();
    return this.#row = this.#find() ?? this.#toRow(this.#insert());
  }

  #insert(): readonly unknown[] {
    const { namespace, file: { connection } } = this;
    try {
      return connection.row(CREATE, namespace)!;
    } catch (error) {
      if (connection.row(LAST_ID)?.[0] !== MAX_NAMESPACES) throw error;
      throw new QuotaExceededError(
        `Cannot create namespace "${namespace}": the file has ${MAX_NAMESPACES} namespaces, and cannot have more. ` +
          `Use another file`,
        { namespace },
        { cause: error },
      );
    }
  }

  #find(): LogRow | undefined {
    if (this.#row !== undefined) return this.#row;
    const row = this.file.connection.row(FIND, this.namespace);
    return this.#row = row && this.#toRow(row);
  }

  #toRow(row: readonly unknown[]): LogRow {
    const [id, identity] = row as [number, string];
    return { namespace: this.namespace, id, identity };
  }

  /** The stored beginning and end of the log. More commits may have expired since. */
  get extent(): LogExtent {
    this.#forgetIfStale();
    return this.#extent ??= this.#readExtent();
  }

  /** An actor's version, even if all its commits have expired. */
  versionOf(actorId: string): number {
    const { id } = this;
    if (id === undefined) return 0;
    let version = this.#versions.get(actorId);
    if (version === undefined) this.#remember(actorId, version = this.#readVersion(id, actorId));
    return version;
  }

  /** Updates the cache after the insertion of a commit. Call it within the transaction. */
  advance(actorId: string, version: number, extent: LogExtent): void {
    this.#extent = extent;
    this.#remember(actorId, version);
  }

  /** Marks commits as expired. Call it within a transaction. */
  expire({ expiredOffset, expiredBytes }: Pick<LogExtent, "expiredOffset" | "expiredBytes">): void {
    this.file.connection.run(SET_EXPIRED, expiredOffset, expiredBytes, this.id!);
    this.#extent = { ...this.extent, expiredOffset, expiredBytes };
  }

  #forgetIfStale(): void {
    const { generation } = this.file;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#extent = undefined;
    this.#row = undefined; // The transaction that assigned it may have been rolled back.
    this.#versions.clear();
  }

  #remember(actorId: string, version: number): void {
    if (this.#versions.size >= MAX_VERSIONS) this.#versions.clear();
    this.#versions.set(actorId, version);
  }

  #readVersion(id: number, actorId: string): number {
    const { connection } = this.file;
    const row = connection.row(LAST_VERSION, id, actorId) ?? connection.row(VERSION_FLOOR, id, actorId);
    return (row?.[0] ?? 0) as number;
  }

  #readExtent(): LogExtent {
    const { id, file: { connection } } = this;
    if (id === undefined) return EMPTY;
    const [lastOffset, totalBytes, latestTime] = (connection.row(LAST_COMMIT, id) ?? [0, 0, 0]) as [
      number,
      number,
      number,
    ];
    // Read second: if another process deletes the last commit in between, this offset is not before that commit.
    const [expiredOffset, expiredBytes] = connection.row(EXPIRED, id) as [number, number];
    const expired = { expiredOffset, expiredBytes };
    if (lastOffset > expiredOffset) return { lastOffset, totalBytes, latestTime, ...expired };
    // The last commit has expired, and its row may be deleted.
    return { lastOffset: expiredOffset, totalBytes: expiredBytes, latestTime: -Infinity, ...expired };
  }
}
