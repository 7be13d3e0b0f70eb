import { AetherError } from "./aether_error.ts";

/**
 * A commit, a published event or a snapshot exceeds its maximum size. Nothing was stored. Split it, or keep large
 * contents elsewhere and refer to them.
 */
export class TooLargeError extends AetherError {
  /** The name of the class. */
  override readonly name = "TooLargeError";
  /** The stable code of the error. */
  override readonly code = "too-large";
  /** Bytes of its JSON form. For a much larger value, the bytes that were counted before the count stopped. */
  readonly bytes: number;
  /** The maximum number of bytes. */
  readonly maxBytes: number;

  /**
   * Makes the error.
   *
   * @param message The attempted operation and both sizes.
   */
  constructor(message: string, facts: { readonly bytes: number; readonly maxBytes: number }, options?: ErrorOptions) {
    super(message, options);
    this.bytes = facts.bytes;
    this.maxBytes = facts.maxBytes;
  }
}
