import { AetherError } from "./aether_error.ts";

/**
 * The server, or the file, cannot keep the promises of this module, or belongs to another application or release. The
 * message says why, and what to change.
 */
export class UnsupportedStorageError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "UnsupportedStorageError";
  /** Never changes; what a program tests. */
  override readonly code = "unsuitable-server";
}
