import { AetherError } from "./aether_error.ts";

/** The storage did not answer, and nothing was stored by the call. It may answer later. */
export class UnreachableError extends AetherError {
  override readonly name = "UnreachableError";
  override readonly code = "unreachable";
}
