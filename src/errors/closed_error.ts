import { AetherError } from "./aether_error.ts";

/** The store, its backend, or another object that the call needs was closed. The call stored nothing. */
export class ClosedError extends AetherError {
  /** The name of the class. */
  override readonly name = "ClosedError";
  /** The stable code of the error. */
  override readonly code = "closed";
}
