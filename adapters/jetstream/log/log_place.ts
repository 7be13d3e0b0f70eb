import type { ReadAnchor } from "../streams/read_anchor.ts";

/** The place in a log up to which a reader has read. */
export interface LogPlace {
  /** The sequence of the last received commit; before the first one, the start sequence minus 1. */
  readonly last: number;
  /** A commit that was read. While the stream has it at the same sequence, the log is the one that was read. */
  readonly anchor: ReadAnchor | undefined;
  /** The sequence at which to continue, greater than `last`. No wanted commit lies between `last` and `next`. */
  readonly next: number;
  /** The identity of the log that the server reported at the latest start or resumption of the read. */
  readonly identity: string;
  /** See `ManagedStream.generation`. */
  readonly generation: number;
}
