import type { Coordinator } from "../coordination/coordinator.ts";
import { SESSIONS_PREFIX } from "../coordination/session_record.ts";
import { readRecords } from "../driver/read_records.ts";
import type { RecordEntry, Records } from "../driver/records.ts";
import { PARTITIONS } from "../values/partition.ts";
import { definitionKey, laneKey, prefixOf } from "./consumer_keys.ts";
import { isForgetting } from "./definition.ts";
import { decodeLane } from "./lane_record.ts";

const EMPTY = new Uint8Array();

/** The records and sessions that this process has read. */
type KnownState = Pick<Coordinator, "record" | "liveSessions" | "nextStep">;

/**
 * Finishes the deletion of a consumer whose definition is `FORGETTING`: empties the records of all lanes, and then the
 * definition. Any number of processes may do this at the same time, also after the process that began it has crashed.
 *
 * A lane is emptied when no live session owns it. The record of each lane gets a later revision than the definition,
 * even if the lane has no record yet. A process that has read an older definition expects an older revision: it can no
 * longer own or change the lane. Records are not deleted, because members do not notice a deletion.
 *
 * @param coordinator Reads the records and ends silent sessions while this call waits for an owner.
 * @param signal If aborted, the call ends with its reason.
 */
export async function finishForgetting(
  name: string,
  records: Records,
  coordinator: KnownState,
  signal: AbortSignal,
): Promise<void> {
  const empty = ({ key, revision }: RecordEntry) => records.put(key, EMPTY, revision, signal);
  while (true) {
    signal.throwIfAborted();
    const stored = await readRecords(records, prefixOf(name), signal);
    const definition = stored.get(definitionKey(name));
    if (!isForgetting(definition)) return;
    const remaining = laneRecords(name, stored).filter(({ value, revision }) =>
      value.length > 0 || revision < definition.revision
    );
    if (remaining.length === 0) {
      await empty(definition);
      continue;
    }
    // Read after the lanes: the record of an owner's session is older than the record of its lane.
    const sessions = await readRecords(records, SESSIONS_PREFIX, signal);
    const owned = remaining.filter(({ value }) => isLive(sessions.get(ownerOf(value))));
    for (const lane of remaining) if (!owned.includes(lane)) await empty(lane);
    if (owned.length > 0) await untilChanged(owned, coordinator, signal);
  }
}

/**
 * Waits until this process has read that an owned lane has changed, or that the session of an owner has ended. The wait
 * sends no request, because many processes may wait for one handler.
 */
async function untilChanged(
  owned: readonly RecordEntry[],
  coordinator: KnownState,
  signal: AbortSignal,
): Promise<void> {
  const isUnchanged = ({ key, value, revision }: RecordEntry) => {
    const known = coordinator.record(key);
    return known !== undefined && known.revision <= revision && coordinator.liveSessions.has(ownerOf(value));
  };
  do await coordinator.nextStep(signal); while (!signal.aborted && owned.every(isUnchanged));
}

function ownerOf(lane: Uint8Array): string {
  return decodeLane(lane).owner;
}

/** Whether the record of a session exists and was not ended. */
function isLive(session: RecordEntry | undefined): boolean {
  return session !== undefined && session.value.length > 0;
}

/** Returns the records of all lanes that a consumer can have. The revision is 0 if the record does not exist. */
function laneRecords(name: string, stored: ReadonlyMap<string, RecordEntry>): RecordEntry[] {
  return Array.from({ length: PARTITIONS }, (_, lane) => {
    const key = laneKey(name, lane);
    return stored.get(key) ?? { key, value: EMPTY, revision: 0 };
  });
}
