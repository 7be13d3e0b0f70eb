import type { ClaimCodec } from "../coordination/claim.ts";
import type { Mark } from "./mark.ts";

/** A parked actor in the record of its lane. */
export interface ParkedRecord {
  readonly actorId: string;
  /** The version of the actor's first waiting event. */
  readonly version: number;
  /** The id of the event that failed. */
  readonly eventId: string;
  readonly error: string;
  /** The time at which the actor was parked: milliseconds since the epoch, by the clock of the owner. */
  readonly at: number;
  /** Whether an operator has requested a redrive of the waiting events. */
  readonly redrive?: boolean | undefined;
}

/**
 * The reason why a lane has stopped. It starts again when the consumer is resumed or reset, or another process becomes
 * the owner. A lane whose record is corrupt needs a reset: see {@link CORRUPT_RECORD}.
 */
export interface LaneFailure {
  /** The code of the error; `"stopped"` for an error without a code. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds since the epoch, by the clock of the owner. */
  readonly at: number;
}

/** An event whose handler has worked on it for long or has failed. */
export interface LaneWork {
  readonly actorId: string;
  readonly version: number;
  readonly type: string;
  readonly attempt: number;
  /** The time of the first attempt: milliseconds since the epoch, by the clock of the owner. */
  readonly since: number;
  /** The error of the last attempt. */
  readonly error?: string | undefined;
}

/**
 * The complete state of one lane, in one record. Each change of the record is a compare-and-set: an owner that was
 * replaced can store nothing.
 */
export interface LaneRecord {
  /** The key of the session that owns the lane; `""` if it is free. */
  readonly owner: string;
  /** The stored progress of the lane; absent before the first checkpoint. */
  readonly mark?: Mark | undefined;
  readonly parked: readonly ParkedRecord[];
  /** The number of changes that operators have made to the record. */
  readonly edits: number;
  /** The number of resets among those changes. */
  readonly resets: number;
  readonly failure?: LaneFailure | undefined;
  readonly work?: LaneWork | undefined;
  /** Whether the owner has paused the lane. */
  readonly paused?: true | undefined;
  /** An event that an operator has skipped. */
  readonly skipped?: SkippedEvent | undefined;
  /**
   * The time at which the lane last made progress, got an owner, or was changed by an operator: milliseconds since the
   * epoch, by the clock of the process that wrote it.
   */
  readonly progressAt?: number | undefined;
  /** The option `delay` of the last owner, in milliseconds; absent if it is 0. */
  readonly delay?: number | undefined;
}

/** An event that the lane must skip. */
export interface SkippedEvent {
  readonly actorId: string;
  readonly version: number;
}

/** The record of a lane that never had an owner. */
export const NEW_LANE: LaneRecord = { owner: "", parked: [], edits: 0, resets: 0 };

/** The failure code of a lane whose record cannot be decoded. Only a reset of the consumer starts the lane again. */
export const CORRUPT_RECORD = "corrupt-record";

/** Encodes the record of a lane. */
export function encodeLane(record: LaneRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** Decodes the record of a lane. A value that cannot be decoded becomes the record of a failed lane. */
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

/**
 * Returns the record with the mark after which its lane starts: its own mark, or `from` if it has none. A lane that was
 * reset does not use `from`.
 */
export function startOf(record: LaneRecord, from: Mark | undefined): LaneRecord {
  return record.mark !== undefined || record.resets > 0 ? record : { ...record, mark: from };
}

/** The values of an owner that it stores in the record of its lane. */
export interface LaneOwner {
  /** The option `delay`, in milliseconds. */
  readonly delay: number;
  /** Milliseconds since the epoch. */
  readonly wallTime: () => number;
}

/** Returns the property `delay` of a lane's record. */
export function delayOf({ delay }: LaneOwner): number | undefined {
  return delay === 0 ? undefined : delay;
}

/** Reads and writes the owner in the record of a lane. A new owner counts as progress. */
export function laneCodec(newOwner: LaneOwner): ClaimCodec {
  return {
    ownerOf: (value) => decodeLane(value).owner,
    withOwner: (value, owner) => {
      const record = { ...decodeLane(value), owner };
      return encodeLane(
        owner === "" ? record : { ...record, progressAt: newOwner.wallTime(), delay: delayOf(newOwner) },
      );
    },
  };
}
