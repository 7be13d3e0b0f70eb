import { AetherError } from "./aether_error.ts";

/** The store or its backend was closed. Nothing was done. */
export class ClosedError extends AetherError {
  override readonly name = "ClosedError";
  override readonly code = "closed";
}
