/** Reads and writes the owner in the value of a claim's record. The value may hold more than the owner. */
export interface ClaimCodec {
  /** The key of the session that owns the claim; `""` if it is free. */
  ownerOf(value: Uint8Array): string;
  /**
   * Returns the same value with another owner.
   *
   * @param value Absent if the record does not exist.
   * @param owner The key of a session, or `""`.
   */
  withOwner(value: Uint8Array | undefined, owner: string): Uint8Array;
}

/** The codec of a record that holds only its owner. */
export const OWNER_ONLY: ClaimCodec = {
  ownerOf: (value) => new TextDecoder().decode(value),
  withOwner: (_, owner) => new TextEncoder().encode(owner),
};

/** The record of a claim, as this member last read it. */
export interface ClaimRecord {
  readonly value: Uint8Array;
  readonly revision: number;
}

/**
 * The reason why the work of a claim must end. `"lost"`: another member may own it at any moment, so that the work must
 * stop at once. `"released"`: the claim is released as soon as the work has settled.
 */
export type StopReason = "lost" | "released";

/** Something that one member at a time owns, and the work that its owner does. */
export interface Claim {
  /** The key of its record. */
  readonly key: string;
  readonly codec: ClaimCodec;
  /** Whether this member currently wants to own it. */
  isWanted(): boolean;
  /**
   * Starts the work. When the work has ended, the claim must call `settle` of the coordinator once.
   *
   * @param term The revision at which this member became the owner: greater than that of every earlier owner.
   */
  start(term: number, record: ClaimRecord): void;
  /** Signals the work to end. Called at most once for each reason and start; `"lost"` may follow `"released"`. */
  stop(reason: StopReason): void;
  /**
   * Called when the record changed while this member owns it. This member changed it, or another one that kept the
   * owner.
   */
  changed?(record: ClaimRecord): void;
}

/** The outcome of the work of a claim. */
export interface Settlement {
  /** Whether the claim is no longer wanted: it is released and removed. */
  readonly done: boolean;
  /**
   * Returns the value of the record at its release. By default the value stays. The owner is removed in either case.
   */
  readonly release?: ((value: Uint8Array) => Uint8Array) | undefined;
}
