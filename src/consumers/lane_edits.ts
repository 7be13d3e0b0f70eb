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
 * or at which the lane has stopped.
 */
export function skipEvent(actorId: string): (record: LaneRecord) => LaneRecord | undefined {
  return (record) => {
    const entry = record.parked.find((entry) => entry.actorId === actorId);
    if (entry !== undefined) {
      const later = { ...entry, version: entry.version + 1, redrive: true };
      return { ...record, parked: record.parked.map((other) => other === entry ? later : other) };
    }
    if (record.work?.actorId !== actorId) return undefined;
    const { version } = record.work;
    return { ...record, failure: undefined, work: undefined, skipped: { actorId, version } };
  };
}
