/** The settings of the backend from which commits are made. */
export interface CommitSettings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Returns a random id. */
  readonly newId: () => string;
  /** Maximum bytes of a commit in its JSON form. */
  readonly maxCommitBytes: number;
}
