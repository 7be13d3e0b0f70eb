import { AetherError } from "./aether_error.ts";

/** The storage did not answer, and the call stored nothing. It may answer later. */
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
