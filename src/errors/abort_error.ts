import { AetherError } from "./aether_error.ts";

/**
 * The signal of the call was aborted; its reason is the `cause`. A write that rejects with this was not stored. The
 * runtime's own abort errors have the same name.
 */
export class AbortError extends AetherError {
  /** The name of the class. */
  override readonly name = "AbortError";
  /** The stable code of the error. */
  override readonly code = "aborted";
}
