import type { RecordEntry } from "../driver/records.ts";
import { LEASE } from "./own_session.ts";

/** The greatest ratio of two clock rates: each clock may be wrong by 11 %. */
const MAX_RATE_RATIO = 1.25;

/** The key of the record that shows whether a storage is open for claims. */
export const OPENED = "opened";

/** The version of the protocol of sessions and claims, in that record. */
export const PROTOCOL_VERSION = "1";

const BEGUN = new Uint8Array();
const OPEN = new TextEncoder().encode(PROTOCOL_VERSION);

/** The next write of the record. */
export interface OpeningWrite {
  readonly value: Uint8Array;
  readonly expected: number;
}

/**
 * Opens a new storage for claims. The new storage may replace a lost one, whose owners remain active until their leases
 * end. The first claim therefore waits for one lease by the slowest clock. A member measures that time with its own
 * clock. The time begins when the member has read back its first heartbeat in the new storage. Each owner in the lost
 * storage has sent its last heartbeat before that.
 *
 * Opening takes two writes. Therefore one late write, sent to the lost storage, cannot open the new one.
 */
export class Opening {
  readonly #isReplaceable: boolean;
  readonly #wait: number;
  /** The time when the first heartbeat in this storage was read back. */
  #readAt: number | undefined;

  /** @param ttl Milliseconds after which a silent session ends. */
  constructor(isReplaceable: boolean, ttl: number) {
    this.#isReplaceable = isReplaceable;
    this.#wait = ttl * LEASE * MAX_RATE_RATIO;
  }

  isOpen(record: RecordEntry | undefined): boolean {
    return record !== undefined && record.value.length > 0;
  }

  /** Called when a heartbeat was read back. */
  readHeartbeat(now: number): void {
    this.#readAt ??= now;
  }

  /** Called when the storage was replaced. */
  reset(): void {
    this.#readAt = undefined;
  }

  /** @param record The record of {@link OPENED}. */
  next(record: RecordEntry | undefined, now: number): OpeningWrite | undefined {
    if (record === undefined) return { value: this.#isReplaceable ? BEGUN : OPEN, expected: 0 };
    if (this.isOpen(record) || now - (this.#readAt ?? now) < this.#wait) return undefined;
    return { value: OPEN, expected: record.revision };
  }
}
