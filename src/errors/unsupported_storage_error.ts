import { AetherError } from "./aether_error.ts";

/**
 * The storage cannot keep the guarantees of this package, lacks a feature that the call needs, or belongs to another
 * application or release. The message names the reason and the fix.
 */
export class UnsupportedStorageError extends AetherError {
  /** The name of the class. */
  override readonly name = "UnsupportedStorageError";
  /** The stable code of the error. */
  override readonly code = "unsupported-storage";
}
