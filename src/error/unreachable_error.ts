import { AetherError } from "./aether_error.ts";

/** The storage did not answer, and nothing was stored by the call. It may answer later. */
export class UnreachableError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "UnreachableError";
  /** Never changes; what a program tests. */
  override readonly code = "unreachable";
}
