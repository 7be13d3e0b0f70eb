import type { RecordEntry } from "../driver/records.ts";

/** The key of the record that tells whether a storage is open for claims. */
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
 * Opens a new storage for claims. The new storage may replace a lost one, whose owners remain active until their
 * sessions expire. The first claim therefore waits until a member has counted as many heartbeats as end a session.
 *
 * Opening takes two writes. A late write that was meant for the lost storage cannot open the new one.
 */
export class Opening {
  readonly #isReplaceable: boolean;
  /** Heartbeats that were counted in this storage. */
  #heartbeats = 0;

  constructor(isReplaceable: boolean) {
    this.#isReplaceable = isReplaceable;
  }

  isOpen(record: RecordEntry | undefined): boolean {
    return record !== undefined && record.value.length > 0;
  }

  countHeartbeat(): void {
    this.#heartbeats++;
  }

  /** Called when the storage was replaced. */
  reset(): void {
    this.#heartbeats = 0;
  }

  /**
   * @param record The record of {@link OPENED}.
   * @param limit The number of counted heartbeats after which every silent session has expired.
   */
  next(record: RecordEntry | undefined, limit: number): OpeningWrite | undefined {
    if (record === undefined) return { value: this.#isReplaceable ? BEGUN : OPEN, expected: 0 };
    if (this.isOpen(record) || this.#heartbeats < limit) return undefined;
    return { value: OPEN, expected: record.revision };
  }
}
