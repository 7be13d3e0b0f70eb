import { AetherError } from "./aether_error.ts";

/** A value is not a grant of this backend, or a grant was to be widened. Nothing was shown. */
export class InvalidGrantError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidGrantError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-grant";
}
