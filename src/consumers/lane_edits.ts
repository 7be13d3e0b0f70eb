/**
 * The changes that operators make to the record of a lane. Each change is a function of the record. It returns the new
 * record, or `undefined` if there is nothing to change.
 *
 * @module
 */
import type { LaneRecord } from "./lane_record.ts";
import type { Mark } from "./mark.ts";

/** Sets the mark of a lane and removes its parked actors and its failure. */
export function resetTo(mark: Mark | undefined): (record: LaneRecord) => LaneRecord {
  return ({ owner, edits, resets }) => ({ owner, mark, parked: [], edits, resets: resets + 1 });
}

/** Requests a redrive of a parked actor. */
export function requestRedrive(actorId: string): (record: LaneRecord) => LaneRecord | undefined {
  return (record) => {
    if (!record.parked.some((entry) => entry.actorId === actorId)) return undefined;
    return {
      ...record,
      parked: record.parked.map((entry) => entry.actorId === actorId ? { ...entry, redrive: true } : entry),
    };
  };
}

/**
 * Skips the first waiting event of a parked actor. If the actor is not parked, skips the event that the lane retries,
 * or at which the lane has stopped. A lane that has stopped at the skipped event starts again.
 *
 * @param firstRemaining The version of the first event of the actor that has not expired. Expired events of a parked
 * actor are skipped together.
 */
export function skipEvent(actorId: string, firstRemaining: number): (record: LaneRecord) => LaneRecord | undefined {
  return (record) => {
    const { parked, work } = record;
    const isWork = work?.actorId === actorId;
    const restarted = isWork ? { ...record, failure: undefined, work: undefined } : record;
    const entry = parked.find((entry) => entry.actorId === actorId);
    if (entry !== undefined) {
      const later = { ...entry, version: Math.max(entry.version + 1, firstRemaining), redrive: true };
      return { ...restarted, parked: parked.map((other) => other === entry ? later : other) };
    }
    return isWork ? { ...restarted, skipped: { actorId, version: work.version } } : undefined;
  };
}
