import { AetherError } from "./aether_error.ts";

/** A commit is larger than the adapter takes. Nothing was stored; split it, or keep large contents elsewhere and refer to them. */
export class CommitTooLargeError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "CommitTooLargeError";
  /** Never changes; what a program tests. */
  override readonly code = "commit-too-large";
  /** Bytes of the commit in its JSON form. */
  readonly bytes: number;
  /** The most that the adapter takes. */
  readonly maxBytes: number;

  /**
   * Makes the error.
   *
   * @param message What was attempted, and both sizes.
   */
  constructor(message: string, facts: { readonly bytes: number; readonly maxBytes: number }, options?: ErrorOptions) {
    super(message, options);
    this.bytes = facts.bytes;
    this.maxBytes = facts.maxBytes;
  }
}
