/** The settings that a commit needs beside the caller's arguments. */
export interface CommitSettings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A random id. */
  readonly newId: () => string;
  /** The most bytes that the adapter takes, in the commit's JSON form. */
  readonly maxCommitBytes: number;
}
