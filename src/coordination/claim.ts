/** Reads and writes the owner in the value of a claim's record, which may hold more than that. */
export interface ClaimCodec {
  /** The key of the session that owns the claim; `""` if it is free. */
  ownerOf(value: Uint8Array): string;
  /**
   * The same value with another owner.
   *
   * @param value Absent if the record does not exist.
   * @param owner The key of a session, or `""`.
   */
  withOwner(value: Uint8Array | undefined, owner: string): Uint8Array;
}

/** A record that holds its owner and nothing else. */
export const OWNER_ONLY: ClaimCodec = {
  ownerOf: (value) => new TextDecoder().decode(value),
  withOwner: (_, owner) => new TextEncoder().encode(owner),
};

/** A record of a claim, as this member knows it. */
export interface ClaimRecord {
  readonly value: Uint8Array;
  readonly revision: number;
}

/**
 * Why the work of a claim is to end. `"lost"`: another member may own it at any moment, so that nothing may be done any
 * more. `"released"`: it is given back as soon as the work has settled.
 */
export type StopReason = "lost" | "released";

/** Something that one member at a time owns, and what this member does with it. */
export interface Claim {
  /** The key of its record. */
  readonly key: string;
  readonly codec: ClaimCodec;
  /** Whether this member is to own it, as things are. */
  isWanted(): boolean;
  /**
   * Begins the work. When it has ended, `settle` of the coordinator is to be called, once.
   *
   * @param term The revision at which this member became the owner: greater than those of all owners before.
   */
  start(term: number, record: ClaimRecord): void;
  /** Tells the work to end. Called at most once for each start. */
  stop(reason: StopReason): void;
  /** The record was changed while this member owns it, by itself or by another one that kept the owner. */
  changed?(record: ClaimRecord): void;
}

/** How the work of a claim has ended. */
export interface Settlement {
  /** Whether the claim is not wanted any more: it is released and forgotten. */
  readonly done: boolean;
  /** What the record is to hold once it is released. By default what it holds then; the owner is removed from it. */
  readonly release?: ((value: Uint8Array) => Uint8Array) | undefined;
}
