import type { RecordEntry } from "../driver/records.ts";
import { decodeSession, nameOfSession } from "../coordination/session_record.ts";
import type { ConsumerStatus, LaneLag, LaneState, LaneStatus } from "./consumer.ts";
import { prefixOf } from "./consumer_keys.ts";
import type { ConsumerDefinition } from "./definition.ts";
import type { LaneRecord } from "./lane_record.ts";

/** The names of live members of a consumer, by the keys of their sessions. */
export function membersOf(name: string, sessions: Iterable<RecordEntry>): Map<string, string> {
  const members: Map<string, string> = new Map();
  for (const { key, value } of sessions) {
    if (decodeSession(value)?.services.includes(prefixOf(name))) members.set(key, nameOfSession(key));
  }
  return members;
}

/** Makes the status of a consumer. */
export function toStatus(
  name: string,
  definition: ConsumerDefinition,
  members: ReadonlyMap<string, string>,
  lanes: readonly LaneRecord[],
  lags: readonly LaneLag[],
): ConsumerStatus {
  const { order, types, actors, paused } = definition;
  return {
    name,
    order,
    types,
    actors,
    paused,
    members: [...members.values()].sort(),
    lanes: lanes.map((lane, i) => toLaneStatus(i, lane, members.get(lane.owner), lags[i]!)),
  };
}

function toLaneStatus(
  lane: number,
  record: LaneRecord,
  owner: string | undefined,
  lag: LaneLag,
): LaneStatus {
  const { mark, parked, work, failure } = record;
  const state = owner === undefined ? "unowned" : stateOf(record);
  return { lane, state, owner, position: mark?.position, lag, parked: parked.length, work, failure };
}

/** The state of a lane that a process owns. */
function stateOf({ paused, failure, work }: LaneRecord): LaneState {
  if (paused) return "paused";
  if (failure !== undefined) return "failed";
  if (work === undefined) return "running";
  return work.error === undefined ? "busy" : "retrying";
}
