import type { ReadAnchor } from "../streams/read_anchor.ts";

/** The place in a log up to which a reader has read. */
export interface LogPlace {
  /** The sequence of the last received commit; before the first one, the start sequence minus 1. */
  readonly last: number;
  /** A commit that proves that the log is still the same one, as long as the commit is at its sequence. */
  readonly anchor: ReadAnchor | undefined;
  /** Greater than `last`. There is no wanted commit between them. */
  readonly next: number;
  /** The identity of the log in the server's last reply, before the next messages were received. */
  readonly identity: string;
  /** See `ManagedStream.generation`. */
  readonly generation: number;
}
