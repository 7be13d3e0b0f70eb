import type { RecordedEvent } from "../events/recorded_event.ts";
import type { LogKey } from "../values/log_identity.ts";
import { toPosition } from "../values/position.ts";
import type { Commit } from "./commit.ts";

/**
 * Builds the recorded events of a commit from the place where it was stored. Versions and positions are assigned only
 * here.
 *
 * @param log The namespace and the identity of the log.
 * @param commit The appended commit, or the commit as it was read from the storage.
 * @param firstVersion The version of the commit's first event.
 * @param offset The place of the commit in the log: a whole number from 1, greater than the offset of every earlier
 * commit.
 * @param skipped The number of the commit's oldest events that `commit.events` does not contain.
 * @returns The events, each frozen. The caller owns the array.
 */
export function recordCommit(
  { namespace, identity }: LogKey,
  commit: Omit<Commit, "expectedVersion">,
  firstVersion: number,
  offset: number,
  skipped = 0,
): RecordedEvent[] {
  const { actorId, id: commitId, timestamp, events } = commit;
  const count = skipped + events.length;
  const recorded: RecordedEvent[] = [];
  for (let i = 0; i < events.length; i++) {
    const { id, type, schemaVersion, data, metadata } = events[i]!;
    recorded.push(Object.freeze({
      id,
      type,
      schemaVersion,
      namespace,
      actorId,
      version: firstVersion + skipped + i,
      position: toPosition(identity, offset, skipped + i, count),
      commitId,
      timestamp,
      data: data as RecordedEvent["data"],
      metadata,
    }));
  }
  return recorded;
}
