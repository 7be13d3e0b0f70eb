import { MAX_METADATA_PAIRS } from "../base/limits.ts";
import { absentPairs } from "../events/absent_pairs.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import type { CommitContent, PreparedEvent } from "./commit.ts";
import { encodeCommit } from "./encode_commit.ts";

/**
 * Maximum bytes that one pair takes in the JSON form of an event, without its key and value: quotes, colons, commas and
 * the name `metadata`.
 */
const PAIR_BYTES = 24;

/**
 * Adds derived metadata to the events of a commit. A pair is added only to an event that does not have its key.
 *
 * @param commit A commit within the limit.
 * @param bound An upper bound of the bytes of the commit.
 * @returns A new commit. If no pair was added, or the new commit would have more than `maxBytes`, the given commit.
 */
export function addMetadata<C extends CommitContent>(
  commit: C,
  derived: EventMetadata,
  bound: number,
  maxBytes: number,
): C {
  const events = commit.events.map((event) => extendEvent(event, derived));
  if (events.every((event, i) => event === commit.events[i])) return commit;
  const extended = { ...commit, events };
  return hasRoom(extended, bound + events.length * bytesOf(derived), maxBytes) ? extended : commit;
}

/**
 * Adds the pairs of derived metadata whose keys the event does not have. Returns the given event if it has all keys, or
 * would have too many pairs.
 */
function extendEvent(event: PreparedEvent, derived: EventMetadata): PreparedEvent {
  const { metadata } = event;
  const added = absentPairs(derived, metadata);
  if (added.length === 0 || Object.keys(metadata).length + added.length > MAX_METADATA_PAIRS) return event;
  return { ...event, metadata: Object.freeze({ ...metadata, ...Object.fromEntries(added) }) };
}

/** An upper bound of the bytes that derived metadata takes in the JSON form of one event. */
function bytesOf(derived: EventMetadata): number {
  // In JSON, a character takes six bytes at most.
  return Object.entries(derived).reduce(
    (sum, [key, value = ""]) => sum + PAIR_BYTES + key.length + 6 * value.length,
    0,
  );
}

/** Whether a commit has at most `maxBytes`. The commit is encoded only if the upper bound exceeds the limit. */
function hasRoom(content: CommitContent, bound: number, maxBytes: number): boolean {
  return bound <= maxBytes || encodeCommit(content).length <= maxBytes;
}
