/** Reads and writes the owner in the value of a claim's record. The value may contain more than the owner. */
export interface ClaimCodec {
  /** The key of the session that owns the claim; `""` if it is free. */
  ownerOf(value: Uint8Array): string;
  /**
   * Returns a copy of the value with another owner.
   *
   * @param value `undefined` if the record does not exist.
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

/** Something that one member at a time owns, such as a leadership or a shard, and the work of its owner. */
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
  /**
   * Signals the work to end. Called at most once for each reason between two starts; `"lost"` may follow `"released"`.
   */
  stop(reason: StopReason): void;
  /**
   * Called after the record has changed while this member owns the claim. The record was written by this member, or by
   * another process that did not change the owner.
   */
  changed?(record: ClaimRecord): void;
}

/** The consequences of the end of a claim's work. */
export interface Settlement {
  /**
   * If `true`, the claim is released and removed. If `false`, the work starts again when this member owns and wants the
   * claim. With `release`, the claim is released first.
   */
  readonly done: boolean;
  /**
   * Makes the value that is stored when the claim is released, from the current value. If absent, the value stays the
   * same. In both cases, the release removes the owner from the value.
   */
  readonly release?: ((value: Uint8Array) => Uint8Array) | undefined;
}
