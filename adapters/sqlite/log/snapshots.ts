import type { StoredSnapshot } from "../../../adapter.ts";
import type { LogState } from "./log_state.ts";

const PUT = `INSERT INTO snapshots (namespace, actor, version, bytes) VALUES (?, ?, ?, ?)
  ON CONFLICT (namespace, actor, version) DO UPDATE SET bytes = excluded.bytes`;
const DELETE_OLDER = `DELETE FROM snapshots WHERE namespace = ?1 AND actor = ?2 AND version <= (
  SELECT version FROM snapshots WHERE namespace = ?1 AND actor = ?2 ORDER BY version DESC LIMIT 1 OFFSET ?3)`;
const GET = `SELECT version, bytes FROM snapshots WHERE namespace = ? AND actor = ? AND version <= ?
  ORDER BY version DESC LIMIT 1`;

/** Stores a snapshot within a transaction, and deletes the actor's snapshots beyond the `keep` newest. */
export function putSnapshot(log: LogState, actorId: string, snapshot: StoredSnapshot, keep: number): void {
  const { connection } = log.file;
  const id = log.createId();
  connection.run(PUT, id, actorId, snapshot.version, snapshot.bytes);
  connection.run(DELETE_OLDER, id, actorId, keep);
}

/** The snapshot with the greatest version up to `atMost`. */
export function getSnapshot(log: LogState, actorId: string, atMost: number): StoredSnapshot | undefined {
  if (log.id === undefined) return undefined;
  const row = log.file.connection.row(GET, log.id, actorId, atMost) as [number, Uint8Array] | undefined;
  return row && { version: row[0], bytes: row[1] };
}
