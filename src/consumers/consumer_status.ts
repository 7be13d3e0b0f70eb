import type { RecordEntry } from "../driver/records.ts";
import { decodeSession, nameOfSession } from "../coordination/session_record.ts";
import type { ConsumerStatus, LaneLag, LaneState, LaneStatus } from "./consumer.ts";
import { prefixOf } from "./consumer_keys.ts";
import type { ConsumerDefinition } from "./definition.ts";
import type { LaneRecord } from "./lane_record.ts";

/** Returns the names of the live members of a consumer, by the keys of their sessions. */
export function membersOf(name: string, sessions: Iterable<RecordEntry>): Map<string, string> {
  const members: Map<string, string> = new Map();
  for (const { key, value } of sessions) {
    if (decodeSession(value)?.services.includes(prefixOf(name))) members.set(key, nameOfSession(key));
  }
  return members;
}

/** Makes the status of a consumer from its records. */
export function toStatus(
  name: string,
  definition: ConsumerDefinition,
  members: ReadonlyMap<string, string>,
  lanes: readonly LaneRecord[],
  lags: readonly LaneLag[],
  now: number,
): ConsumerStatus {
  const { order, types, actors, paused } = definition;
  return {
    name,
    order,
    types,
    actors,
    paused,
    members: [...members.values()].sort(),
    lanes: lanes.map((lane, i) => toLaneStatus(i, lane, members.get(lane.owner), lags[i]!, now)),
  };
}

function toLaneStatus(
  lane: number,
  record: LaneRecord,
  owner: string | undefined,
  lag: LaneLag,
  now: number,
): LaneStatus {
  const { mark, parked, work, failure } = record;
  const state = owner === undefined ? "unowned" : stateOf(record);
  const idle = idleOf(record, lag, now);
  return { lane, state, owner, position: mark?.position, lag, idle, parked: parked.length, work, failure };
}

/** Milliseconds for which an event has been due and the lane has made no progress. */
function idleOf({ paused, progressAt = 0, delay = 0 }: LaneRecord, lag: LaneLag, now: number): number {
  if (paused || lag.events === 0) return 0;
  return Math.max(0, Math.min(now - progressAt, lag.milliseconds - delay));
}

/** Returns the state of a lane that a process owns. */
function stateOf({ paused, failure, work }: LaneRecord): LaneState {
  if (paused) return "paused";
  if (failure !== undefined) return "failed";
  if (work === undefined) return "running";
  return work.error === undefined ? "busy" : "retrying";
}
