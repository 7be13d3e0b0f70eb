import type { ClaimCodec } from "../coordination/claim.ts";
import type { Mark } from "./mark.ts";

/** An actor whose events wait, from one of them on. */
export interface ParkedRecord {
  readonly actorId: string;
  /** The version of the first event that waits. */
  readonly version: number;
  /** The id of the event that failed. */
  readonly eventId: string;
  readonly error: string;
  /** When it was parked: milliseconds since the epoch, by the clock of the owner. */
  readonly at: number;
  /** Whether an operator asked to handle the events now. */
  readonly redrive?: boolean | undefined;
}

/** Why a lane stands still until it is resumed or reset. */
export interface LaneFailure {
  /** The code of the error; `"stopped"` if `onFailure` said so. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds since the epoch, by the clock of the owner. */
  readonly at: number;
}

/** An event that a handler has been at work on for long, or that has failed. */
export interface LaneWork {
  readonly actorId: string;
  readonly version: number;
  readonly type: string;
  readonly attempt: number;
  /** When its first attempt began: milliseconds since the epoch, by the clock of the owner. */
  readonly since: number;
  /** The error of the last attempt. */
  readonly error?: string | undefined;
}

/**
 * All that is kept of one lane, in one record. Each change of it is a compare-and-set: an owner that was replaced can
 * store nothing.
 */
export interface LaneRecord {
  /** The key of the session that owns the lane; `""` if it is free. */
  readonly owner: string;
  readonly mark?: Mark | undefined;
  readonly parked: readonly ParkedRecord[];
  /** How often operators have changed the record. */
  readonly edits: number;
  /** How often operators have set the mark. */
  readonly resets: number;
  readonly failure?: LaneFailure | undefined;
  readonly work?: LaneWork | undefined;
  /** Whether the owner has paused. */
  readonly paused?: true | undefined;
  /** An event that an operator has passed over. */
  readonly skipped?: SkippedEvent | undefined;
}

/** An event that is passed over when its lane comes to it. */
export interface SkippedEvent {
  readonly actorId: string;
  readonly version: number;
}

/** The record of a lane that never had an owner. */
export const NEW_LANE: LaneRecord = { owner: "", parked: [], edits: 0, resets: 0 };

/** The code of the failure of a lane whose record cannot be decoded. It stands still until it is reset. */
export const CORRUPT_RECORD = "corrupt-record";

/** Encodes a record. */
export function encodeLane(record: LaneRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** Decodes a record. A value that is not one becomes a lane that has failed. */
export function decodeLane(value: Uint8Array | undefined): LaneRecord {
  if (value === undefined || value.length === 0) return NEW_LANE;
  const string = new TextDecoder().decode(value);
  try {
    const record = JSON.parse(string);
    const isLane = typeof record.owner === "string" && Array.isArray(record.parked) &&
      Number.isSafeInteger(record.edits) && Number.isSafeInteger(record.resets);
    if (isLane) return record;
  } catch {
    // Not JSON: see below.
  }
  const message = `Cannot decode the record of the lane: ${string.slice(0, 100)}. Reset the consumer`;
  return { ...NEW_LANE, failure: { code: CORRUPT_RECORD, message, at: 0 } };
}

/** A record with the mark that its lane begins after. A lane that was reset does not begin where the consumer did. */
export function startOf(record: LaneRecord, from: Mark | undefined): LaneRecord {
  return record.mark !== undefined || record.resets > 0 ? record : { ...record, mark: from };
}

/** The owner in the record of a lane. */
export const LANE_CODEC: ClaimCodec = {
  ownerOf: (value) => decodeLane(value).owner,
  withOwner: (value, owner) => encodeLane({ ...decodeLane(value), owner }),
};
