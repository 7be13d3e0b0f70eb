import { AetherError } from "./aether_error.ts";

/** The store or its backend was closed. Nothing was done. */
export class ClosedError extends AetherError {
  /** The name of the class. */
  override readonly name = "ClosedError";
  /** The stable code of the error. */
  override readonly code = "closed";
}
