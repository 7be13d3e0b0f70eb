import { AetherError } from "./aether_error.ts";

/**
 * The storage, or a node of a cluster, did not answer. It may answer later. An append that fails with this error stored
 * nothing.
 */
export class UnavailableError extends AetherError {
  /** The name of the class. */
  override readonly name = "UnavailableError";
  /** The stable code of the error. */
  override readonly code = "unavailable";

  /** `true`: the storage may answer later. */
  override get isRetryable(): boolean {
    return true;
  }
}
