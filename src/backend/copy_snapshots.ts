import { MAX_SNAPSHOTS_KEPT } from "../base/limits.ts";
import type { Log, StoredSnapshot } from "../driver/log.ts";

/**
 * Copies all snapshots of the given actors.
 *
 * @returns The number of copied snapshots.
 */
export async function copySnapshots(
  from: Log,
  to: Log,
  actorIds: Iterable<string>,
  signal: AbortSignal | undefined,
): Promise<number> {
  let count = 0;
  for (const actorId of actorIds) {
    const snapshots = await snapshotsOf(from, actorId, signal);
    for (const snapshot of snapshots) await to.putSnapshot(actorId, snapshot, MAX_SNAPSHOTS_KEPT, signal);
    count += snapshots.length;
  }
  return count;
}

/** All snapshots of an actor, oldest first. */
async function snapshotsOf(log: Log, actorId: string, signal: AbortSignal | undefined): Promise<StoredSnapshot[]> {
  const snapshots: StoredSnapshot[] = [];
  let atMost = Number.MAX_SAFE_INTEGER;
  while (atMost > 0) {
    const snapshot = await log.getSnapshot(actorId, atMost, signal);
    if (snapshot === undefined) break;
    snapshots.unshift(snapshot);
    atMost = snapshot.version - 1;
  }
  return snapshots;
}
