import { AetherError } from "./aether_error.ts";

/**
 * A commit, a published event, a snapshot, the services of a node or the definition of a consumer exceeds its maximum
 * size. Nothing was stored. Split the commit, or keep large contents elsewhere and refer to them.
 */
export class TooLargeError extends AetherError {
  /** The name of the class. */
  override readonly name = "TooLargeError";
  /** The stable code of the error. */
  override readonly code = "too-large";
  /**
   * Bytes of the JSON form. If the count stopped early because the value is far too
   * large: the bytes that were counted.
   */
  readonly bytes: number;
  /** The maximum number of bytes. */
  readonly maxBytes: number;

  /**
   * Makes the error.
   *
   * @param message Names the operation and both sizes.
   */
  constructor(message: string, facts: { readonly bytes: number; readonly maxBytes: number }, options?: ErrorOptions) {
    super(message, options);
    this.bytes = facts.bytes;
    this.maxBytes = facts.maxBytes;
  }
}
