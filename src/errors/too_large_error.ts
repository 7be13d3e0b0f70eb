import { AetherError } from "./aether_error.ts";

/**
 * A commit, a published event or a snapshot is larger than it may be. Nothing was stored; split it, or keep large contents
 * elsewhere and refer to them.
 */
export class TooLargeError extends AetherError {
  /** The name of the class. */
  override readonly name = "TooLargeError";
  /** The stable code of the error. */
  override readonly code = "too-large";
  /** Bytes of its JSON form; of what is far too large only as many as were counted before it was given up. */
  readonly bytes: number;
  /** The most that it may have. */
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
