import { AetherError } from "./aether_error.ts";

/** The store or its backend was closed. Nothing was done. */
export class ClosedError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "ClosedError";
  /** Never changes; what a program tests. */
  override readonly code = "closed";
}
