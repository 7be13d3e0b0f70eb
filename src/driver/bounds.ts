/**
 * The rule by which commits of a namespace expire. The oldest commit of the log expires first. All given bounds apply.
 * The newest commit expires only by `maxAge`, even if it is larger than `maxBytes`.
 */
export interface Retention {
  /** Milliseconds until a commit expires, by the clock of the storage. */
  readonly maxAge?: number | undefined;
  /** Bytes of all commits, as the adapter counts them. */
  readonly maxBytes?: number | undefined;
  /** Number of commits. */
  readonly maxCommits?: number | undefined;
}

/** The size at which a namespace is full. All given bounds apply. */
export interface Quota {
  /** Bytes of all commits, as the adapter counts them. */
  readonly maxBytes?: number | undefined;
  /** Number of commits. */
  readonly maxCommits?: number | undefined;
}
