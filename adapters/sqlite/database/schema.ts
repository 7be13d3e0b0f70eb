/**
 * The tables of the file.
 *
 * A commit is one row. Its key combines the number of its namespace and its offset in the namespace's log, so that each
 * log is one contiguous range in order, without an index of its own. Offsets of a namespace are 1, 2, 3, ...: they also
 * count its commits, and a missing offset shows that commits expired.
 *
 * @module
 */

/** The application id of a file of this adapter: "Aeth" in ASCII. */
export const APPLICATION_ID = 0x41657468;

/** Number of keys per namespace, 2^43: more than the greatest offset of a commit. This permits 2^20 namespaces. */
export const KEYS_PER_NAMESPACE = 8_796_093_022_208;

/** Maximum number of namespaces in a file, because the keys of their commits are 64-bit integers. */
export const MAX_NAMESPACES = 1_048_575;

/** SQL of a commit's key. The casts are needed because numbers are bound as REAL, which loses digits above 2^53. */
export function keyOf(namespace: string, offset: string): string {
  return `(CAST(${namespace} AS INTEGER) * ${KEYS_PER_NAMESPACE} + CAST(${offset} AS INTEGER))`;
}

/** SQL of the offset in a commit's key. A key itself may exceed 2^53 and is never selected. */
export const OFFSET = `log_key % ${KEYS_PER_NAMESPACE}`;

/**
 * The statements that lead from each schema version to the next. A new file has version 0. A released step never
 * changes: a file of any earlier version is migrated when it is opened.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    // expired_offset: offset of the last expired commit. expired_bytes: total_bytes of that commit.
    `CREATE TABLE namespaces (
      id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 1048575),
      name TEXT NOT NULL UNIQUE,
      identity TEXT NOT NULL DEFAULT (lower(hex(randomblob(6)))),
      expired_offset INTEGER NOT NULL DEFAULT 0,
      expired_bytes INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    // latest_time: the greatest timestamp up to and including this commit. total_bytes: the bytes of all bodies up to
    // and including this commit. Both rise with the offset, so that expiry by age and by bytes is a search in key
    // order. The body is last: SQLite reads a large column to reach the columns after it.
    `CREATE TABLE commits (
      log_key INTEGER PRIMARY KEY,
      namespace INTEGER NOT NULL,
      actor TEXT NOT NULL,
      first_version INTEGER NOT NULL,
      last_version INTEGER NOT NULL,
      commit_id TEXT NOT NULL,
      latest_time INTEGER NOT NULL,
      total_bytes INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT`,
    `CREATE UNIQUE INDEX commits_by_actor ON commits (namespace, actor, last_version)`,
    // The last version of each actor whose commits were all deleted: its next event gets the next version.
    `CREATE TABLE version_floors (
      namespace INTEGER NOT NULL,
      actor TEXT NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (namespace, actor)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY,
      namespace INTEGER NOT NULL,
      actor TEXT NOT NULL,
      version INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (namespace, actor, version)
    ) STRICT`,
    // The backends that receive bus events of others. seen: the last heartbeat, in ms since the epoch.
    `CREATE TABLE bus_sessions (session TEXT PRIMARY KEY, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    // Bus events for other backends: the offset of a commit, or the JSON form of a published event.
    `CREATE TABLE bus_events (
      id INTEGER PRIMARY KEY,
      session TEXT NOT NULL,
      sent INTEGER NOT NULL,
      namespace TEXT NOT NULL,
      actor TEXT NOT NULL,
      commit_offset INTEGER,
      body TEXT
    ) STRICT`,
  ],
  [
    // scope: the number of a namespace, 0 for the backend. expected: the revision that the put expected.
    `CREATE TABLE records (
      revision INTEGER PRIMARY KEY AUTOINCREMENT,
      scope INTEGER NOT NULL,
      key TEXT NOT NULL,
      expected INTEGER NOT NULL,
      value BLOB NOT NULL,
      UNIQUE (scope, key)
    ) STRICT`,
    `CREATE INDEX records_by_revision ON records (scope, revision)`,
    // Revisions start at the milliseconds since the epoch, so that they also rise in a file that replaces another file.
    `INSERT INTO sqlite_sequence (name, seq) VALUES ('records', 1000 * CAST(strftime('%s', 'now') AS INTEGER))`,
  ],
];

/** The schema version that this release reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;
