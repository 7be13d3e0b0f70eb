import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { isEndOfCommit } from "../values/position.ts";

/**
 * Finds the commit with a commit id, if it begins directly after a version.
 *
 * @returns The version of its last event; `undefined` if no commit with this id begins directly after the version.
 */
export async function findCommitAfter(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  commitId: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const read = (limit: number) => source.read(actorId, { from: version + 1, limit, raw: true, signal });
  try {
    for await (const first of read(1)) if (first.commitId !== commitId) return undefined;
    if (!await endsCommit(source, actorId, version, signal)) return undefined;
    for await (const event of read(MAX_EVENTS_PER_COMMIT)) if (isEndOfCommit(event.position)) return event.version;
  } catch (error) {
    // The commit has expired with its id.
    if (!isAetherError(error, "events-expired")) throw error;
  }
  return undefined;
}

/** Whether the event of a version is the last one of its commit. An event after it must exist. */
async function endsCommit(
  source: Pick<ReadOnlyStore, "read">,
  actorId: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (version === 0) return true;
  try {
    for await (const { position } of source.read(actorId, { from: version, limit: 1, raw: true, signal })) {
      return isEndOfCommit(position);
    }
    return false;
  } catch (error) {
    // A commit expires as a whole. The first available version begins a commit.
    if (isAetherError(error, "events-expired")) return error.firstAvailable === version + 1;
    throw error;
  }
}
