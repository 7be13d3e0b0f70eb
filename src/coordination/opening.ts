import type { RecordEntry } from "../driver/records.ts";

/** The key of the record that says whether claims may be taken in a storage. */
export const OPENED = "opened";

/** The version of the protocol of sessions and claims, as that record says it. */
export const PROTOCOL_VERSION = "1";

const BEGUN = new Uint8Array();
const OPEN = new TextEncoder().encode(PROTOCOL_VERSION);

/** The next write of the record. */
export interface OpeningWrite {
  readonly value: Uint8Array;
  readonly expected: number;
}

/**
 * Opens a storage. A new storage may stand in for one that was lost, in which others still own something for as long as
 * their sessions last without it. So the first claim waits until a member has counted as many heartbeats as end a session.
 *
 * There are two steps, so that a write which was meant for the lost storage and comes late does not open the new one.
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

  /** The storage is another one. */
  reset(): void {
    this.#heartbeats = 0;
  }

  /**
   * @param record The record of {@link OPENED}.
   * @param limit Counted heartbeats after which no session is alive that was silent.
   */
  next(record: RecordEntry | undefined, limit: number): OpeningWrite | undefined {
    if (record === undefined) return { value: this.#isReplaceable ? BEGUN : OPEN, expected: 0 };
    if (this.isOpen(record) || this.#heartbeats < limit) return undefined;
    return { value: OPEN, expected: record.revision };
  }
}
