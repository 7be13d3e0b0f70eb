/**
 * When the oldest commits of a namespace expire: the log loses its beginning, commit by commit, in the order of the
 * log. Every bound that is given holds. The newest commit stays, whatever its size, until it is too old.
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
