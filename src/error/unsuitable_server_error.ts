import { AetherError } from "./aether_error.ts";

/** The server cannot keep the promises of this module. The message says why, and what to change. */
export class UnsuitableServerError extends AetherError {
  override readonly name = "UnsuitableServerError";
  override readonly code = "unsuitable-server";
}
