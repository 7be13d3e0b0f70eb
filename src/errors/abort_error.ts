import { AetherError } from "./aether_error.ts";

/**
 * The signal of the call was aborted. The `cause` is the reason of the signal. A write that rejects with this error was
 * not stored. Abort errors of the runtime have the same name.
 */
export class AbortError extends AetherError {
  /** The name of the class. */
  override readonly name = "AbortError";
  /** The stable code of the error. */
  override readonly code = "aborted";
}
