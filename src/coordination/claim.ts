/** Reads and writes the owner in the value of a claim's record. The value may contain more than the owner. */
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

/** The codec of a record that contains only its owner. */
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
 * The reason why the work of a claim must end. `"lost"`: another member may become the owner at any moment. The work
 * must stop at once. `"released"`: this member releases the claim after the work has settled.
 */
export type StopReason = "lost" | "released";

/** Something that one member at a time owns, and the work that its owner does. */
export interface Claim {
  /** The key of its record. */
  readonly key: string;
  readonly codec: ClaimCodec;
  /** Whether this member is to own the claim now. */
  isWanted(): boolean;
  /**
   * Starts the work. When the work has ended, the claim must call `settle` of the coordinator once.
   *
   * @param term The revision at which this member became the owner: greater than the term of every earlier owner.
   */
  start(term: number, record: ClaimRecord): void;
  /** Signals the work to end. Called at most once for each reason and start; `"lost"` may follow `"released"`. */
  stop(reason: StopReason): void;
  /**
   * Called when the record changed while this member owns it. The writer was this member, or another member that did
   * not change the owner.
   */
  changed?(record: ClaimRecord): void;
}

/** The outcome of the work of a claim. */
export interface Settlement {
  /** Whether the claim is finished. If `true`, it is released and removed. */
  readonly done: boolean;
  /**
   * Returns the value to store with the release. Without this function the value does not change. The owner is removed
   * in both cases.
   */
  readonly release?: ((value: Uint8Array) => Uint8Array) | undefined;
}
