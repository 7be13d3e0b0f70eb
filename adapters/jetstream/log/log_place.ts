import type { ReadAnchor } from "../streams/read_anchor.ts";

/** The place in a log up to which a reader has read. */
export interface LogPlace {
  /** The sequence of the last received commit; before the first one, the start sequence minus 1. */
  readonly last: number;
  /** A commit that was read. As long as it is at its sequence, the log is still the same log. */
  readonly anchor: ReadAnchor | undefined;
  /** The sequence at which to continue, greater than `last`. No wanted commit lies between `last` and `next`. */
  readonly next: number;
  /** The identity of the log, as the server last reported it before it delivered the next messages. */
  readonly identity: string;
  /** See `ManagedStream.generation`. */
  readonly generation: number;
}
