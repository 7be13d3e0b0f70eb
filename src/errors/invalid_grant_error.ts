import { AetherError } from "./aether_error.ts";

/**
 * A value is not a grant of this backend, or a narrowed grant would cover namespaces that the original grant does not
 * cover. No data was returned.
 */
export class InvalidGrantError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidGrantError";
  /** The stable code of the error. */
  override readonly code = "invalid-grant";
}
