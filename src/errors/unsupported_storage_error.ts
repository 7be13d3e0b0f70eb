import { AetherError } from "./aether_error.ts";

/**
 * The server, or the file, cannot keep the promises of this module, or belongs to another application or release. The
 * message says why, and what to change.
 */
export class UnsupportedStorageError extends AetherError {
  /** The name of the class. */
  override readonly name = "UnsupportedStorageError";
  /** The stable code of the error. */
  override readonly code = "unsupported-storage";
}
