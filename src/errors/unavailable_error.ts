import { AetherError } from "./aether_error.ts";

/** The storage did not answer, and nothing was stored by the call. It may answer later. */
export class UnavailableError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "UnavailableError";
  /** Never changes; what a program tests. */
  override readonly code = "unreachable";
}
