import type { ReadAnchor } from "../streams/read_anchor.ts";

/** How far a reader of a log has come. */
export interface LogPlace {
  /**
   * The sequence of the last commit that it received; before the first one, the sequence from which it starts, less 1.
   */
  readonly last: number;
  /** A commit that proves, while it is in its place, that the log is the one that was read. */
  readonly anchor: ReadAnchor | undefined;
  /** Greater than `last`. There is no wanted commit between them. */
  readonly next: number;
  /** The identity of the log when the server was asked last, before the next messages were received. */
  readonly identity: string;
  /** See `ManagedStream.generation`. */
  readonly generation: number;
}
