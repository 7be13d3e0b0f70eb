import { AetherError } from "./aether_error.ts";

/** A value is not a grant of this backend, or a grant was to be widened. Nothing was shown. */
export class InvalidGrantError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidGrantError";
  /** The stable code of the error. */
  override readonly code = "invalid-grant";
}
