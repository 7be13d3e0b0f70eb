/**
 * Small values with revisions and compare-and-set, in the same storage as the events. Processes that share a storage
 * coordinate through records.
 *
 * Each namespace has its own scope of records ({@link Log.records}), and the backend has one more
 * ({@link Driver.records}). A key is 1 to {@link MAX_RECORD_KEY_TOKENS} tokens of `A-Z a-z 0-9 _ - ~ =`, joined by
 * dots, with at most {@link MAX_RECORD_KEY_LENGTH} characters. Keys are case-sensitive. A value has 0 to
 * {@link MAX_RECORD_BYTES} bytes. An adapter does not check keys and values: the core bounds the names, services,
 * definitions and parked actors from which it makes them.
 */
export interface Records {
  /**
   * Whether the storage can be deleted and created again while processes use it. If `true`, the first claim in a new
   * storage waits until no owner of the replaced storage acts any more.
   */
  readonly isReplaceable: boolean;

  /**
   * Stores a value by compare-and-set: only if the key is at the expected revision.
   *
   * A caller may repeat a put whose acknowledgement was lost: the same bytes over the same expected revision. If these
   * bytes are already the key's last value, the repeated put returns their revision.
   *
   * @param expected The revision of the key's last value. 0 if the key has none.
   * @param signal If aborted, stop waiting and reject with its reason. The value may have been stored.
   * @returns The new revision. It is greater than every earlier revision of the scope, including the revisions of
   * deleted keys and of a deleted scope. `undefined` if the key is at another revision: nothing was stored.
   * @throws {UnavailableError} If the storage did not answer. The value may have been stored.
   */
  put(
    key: string,
    value: Uint8Array,
    expected: number,
    signal?: AbortSignal,
  ): number | undefined | Promise<number | undefined>;

  /**
   * Reads the last values of the keys whose revision is above `after`, in the order of revisions. It includes every put
   * that was acknowledged before the call, unless a later put or a deletion replaced it. The result does not show
   * deletions.
   *
   * @param prefix Whole tokens that end with a dot, or `""` for all keys.
   * @param after A revision; 0 for all records.
   * @param signal If aborted, reject with its reason.
   * @throws {UnavailableError} If the storage did not answer.
   */
  scan(prefix: string, after: number, signal?: AbortSignal): RecordScan | Promise<RecordScan>;

  /**
   * Deletes the value of a key if it is still at a revision. After that, the key has no value, and the next put must
   * expect 0. The call has no effect if the key is at another revision or has no value.
   *
   * @param signal If aborted, stop waiting and reject with its reason.
   * @throws {UnavailableError} If the storage did not answer. The value may have been deleted.
   */
  delete(key: string, revision: number, signal?: AbortSignal): void | Promise<void>;

  /**
   * Calls a listener when a value under a prefix may have changed. Hints cost the storage nothing. A hint may be
   * missing, early or unnecessary: only a scan is reliable. Absent if the adapter has no hints.
   *
   * @param prefix As in {@link Records.scan}.
   * @param listener Must not throw.
   * @returns The registration. Its disposal removes the listener.
   */
  onHint?(prefix: string, listener: () => void): Disposable;
}

/** One record. */
export interface RecordEntry {
  /** The key of the record, unique in its scope. */
  readonly key: string;
  /** The value. The caller of `scan` owns the bytes. */
  readonly value: Uint8Array;
  /** The revision that the put of this value returned. */
  readonly revision: number;
}

/** One batch of a scan. */
export interface RecordScan {
  /** The records in the order of their revisions, at most one per key. */
  readonly entries: readonly RecordEntry[];
  /** Whether more records may exist: scan again after the revision of the last entry. */
  readonly more: boolean;
  /**
   * A number that changes when the adapter notices that the storage was deleted, created again, or restored from an
   * older copy. Records that were read before are then invalid.
   */
  readonly generation: number;
}
