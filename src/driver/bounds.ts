/**
 * When the oldest commits of a namespace expire: the log loses its oldest commit first. Every given bound holds. The
 * newest commit stays until it is too old, also if it is larger than the bound.
 */
export interface Retention {
  /** Milliseconds that a commit stays, by the clock of the storage. */
  readonly maxAge?: number | undefined;
  /** Bytes of all commits, as the adapter counts them. */
  readonly maxBytes?: number | undefined;
  /** Number of commits. */
  readonly maxCommits?: number | undefined;
}

/** When a namespace is full. Every bound that is given holds. */
export interface Quota {
  /** Bytes of all commits, as the adapter counts them. */
  readonly maxBytes?: number | undefined;
  /** Number of commits. */
  readonly maxCommits?: number | undefined;
}
