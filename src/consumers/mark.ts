/**
 * A mark is the stored progress of a lane: every event of the lane up to the position of the mark is done, except
 * events of parked actors. The mark also names an event by position and id: its anchor. If another event is at the
 * position of the anchor, the log was restored from an older copy and has grown since.
 *
 * @module
 */
import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import type { FollowRange, Log } from "../driver/log.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { endOfCommit, logIdentityOf, offsetAfter, offsetOf } from "../values/position.ts";

/** An event that proves that a mark belongs to a log. */
export interface MarkAnchor {
  readonly position: Position;
  readonly eventId: string;
}

/** The stored progress of a lane: see the comment of the module. */
export interface Mark {
  readonly position: Position;
  /** The last event that the lane has read, at `position` or before it. Absent if the lane has read no event yet. */
  readonly anchor?: MarkAnchor | undefined;
}

/** Returns the mark of a lane that has read up to an event. */
export function markAfter({ position, id }: Pick<RecordedEvent, "position" | "id">): Mark {
  return { position, anchor: { position, eventId: id } };
}

/** Returns the range of the log after a mark; the whole log without a mark. */
export function rangeAfter(
  mark: Mark | undefined,
): Pick<FollowRange, "reached" | "identity"> & { readonly from: number } {
  if (mark === undefined) return { from: 1, reached: 0, identity: undefined };
  const { position } = mark;
  return { from: offsetAfter(position), reached: offsetOf(position), identity: logIdentityOf(position) };
}

/**
 * Checks that the anchor of a mark is still at its position in the log. If the commit of the anchor has expired, the
 * check is not possible, and no error is thrown.
 *
 * @throws {UnknownPositionError} If another event, or no event, is at the position of the anchor.
 */
export async function checkMark(
  log: Pick<Log, "readLog">,
  namespace: Namespace,
  { position, anchor }: Mark,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (anchor === undefined) return;
  const offset = offsetOf(anchor.position);
  const range = {
    from: offset,
    to: offset,
    backwards: false,
    reached: offsetOf(position),
    identity: logIdentityOf(position),
    actors: undefined,
    limit: MAX_EVENTS_PER_COMMIT,
  };
  try {
    for await (const page of log.readLog(range, signal)) {
      const event = page.find((event) => event.position === anchor.position);
      if (event !== undefined && event.id === anchor.eventId) return;
      if (event !== undefined) break;
    }
  } catch (error) {
    if (isAetherError(error, "events-expired")) return;
    throw error;
  }
  throw new UnknownPositionError(namespace);
}

/** Returns the mark directly before the first event that has not expired; `undefined` if no event remains. */
export async function markBeforeFirst(log: Pick<Log, "readLog">): Promise<Mark | undefined> {
  const range = {
    from: "oldest-available",
    to: Infinity,
    backwards: false,
    reached: 0,
    identity: undefined,
    actors: undefined,
    limit: 1,
  } as const;
  for await (const [first] of log.readLog(range, undefined)) {
    if (first === undefined) continue;
    const { position } = first;
    return { position: endOfCommit(logIdentityOf(position), offsetOf(position) - 1) };
  }
  return undefined;
}
