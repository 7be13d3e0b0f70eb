import { AetherError } from "./aether_error.ts";

/**
 * The signal of the call was aborted; its reason is the `cause`. A write that rejects with this was not stored. Its name
 * is the one that the runtime's own abort errors have.
 */
export class AbortError extends AetherError {
  /** The name of the class. */
  override readonly name = "AbortError";
  /** The stable code of the error. */
  override readonly code = "aborted";
}
