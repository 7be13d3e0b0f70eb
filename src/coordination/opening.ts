import type { RecordEntry } from "../driver/records.ts";
import { LEASE_FRACTION } from "./own_session.ts";

/** The maximum ratio of the rates of two clocks: the rate of each clock is within 11 % of true time. */
const MAX_RATE_RATIO = 1.25;

/** The key of the record that shows whether a storage is open for claims. */
export const OPENED_KEY = "opened";

/** The version of the protocol of sessions and claims. The value of the record in a storage that is open. */
export const PROTOCOL_VERSION = "1";

/** The value of the record while the first claim must wait. */
const NOT_OPEN_VALUE = new Uint8Array();
const OPEN_VALUE = new TextEncoder().encode(PROTOCOL_VERSION);

/** The next write of the record {@link OPENED_KEY}. */
export interface OpeningWrite {
  readonly value: Uint8Array;
  readonly expected: number;
}

/**
 * Opens a new storage for claims. The new storage may replace a lost storage, whose owners remain active until their
 * leases end. The first claim therefore waits for one lease, measured by the slowest clock. A member measures this
 * wait with its own clock. The wait begins when the member has read back its first heartbeat in the new storage. At
 * that time, each owner has already sent its last heartbeat to the lost storage.
 *
 * Opening takes two writes, so that a single late write, which was sent to the lost storage, cannot open the new
 * storage.
 */
export class Opening {
  readonly #isReplaceable: boolean;
  readonly #wait: number;
  /** The time at which this member read back its first heartbeat in this storage. */
  #readAt: number | undefined;

  /** @param ttl Milliseconds: the time to live of sessions. */
  constructor(isReplaceable: boolean, ttl: number) {
    this.#isReplaceable = isReplaceable;
    this.#wait = ttl * LEASE_FRACTION * MAX_RATE_RATIO;
  }

  isOpen(record: RecordEntry | undefined): boolean {
    return record !== undefined && record.value.length > 0;
  }

  /** Called when this member has read back a heartbeat. */
  readHeartbeat(now: number): void {
    this.#readAt ??= now;
  }

  /** Called when the storage was replaced. */
  reset(): void {
    this.#readAt = undefined;
  }

  /**
   * Returns the next write of the record {@link OPENED_KEY}.
   *
   * @param record The record, if it exists.
   * @returns `undefined` if nothing is to be written now.
   */
  next(record: RecordEntry | undefined, now: number): OpeningWrite | undefined {
    if (record === undefined) return { value: this.#isReplaceable ? NOT_OPEN_VALUE : OPEN_VALUE, expected: 0 };
    if (this.isOpen(record) || now - (this.#readAt ?? now) < this.#wait) return undefined;
    return { value: OPEN_VALUE, expected: record.revision };
  }
}
