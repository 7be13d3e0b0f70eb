import { AetherError } from "./aether_error.ts";

/** The signal of the call was aborted; its reason is the `cause`. A write that rejects with this was not stored. */
export class AbortedError extends AetherError {
  override readonly name = "AbortedError";
  override readonly code = "aborted";
}
