import { AetherError } from "./aether_error.ts";

/** A value is not a grant of this backend, or a grant was to be widened. Nothing was shown. */
export class InvalidGrantError extends AetherError {
  override readonly name = "InvalidGrantError";
  override readonly code = "invalid-grant";
}
