import { AetherError } from "./aether_error.ts";

/** A value is not a grant of this backend, or a grant would have been widened. No data was returned. */
export class InvalidGrantError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidGrantError";
  /** The stable code of the error. */
  override readonly code = "invalid-grant";
}
