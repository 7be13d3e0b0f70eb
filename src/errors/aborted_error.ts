import { AetherError } from "./aether_error.ts";

/** The signal of the call was aborted; its reason is the `cause`. A write that rejects with this was not stored. */
export class AbortedError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "AbortedError";
  /** Never changes; what a program tests. */
  override readonly code = "aborted";
}
