import { AetherError } from "./aether_error.ts";

/** An event cannot be stored: a field is invalid, or its data is not JSON. Nothing was done. */
export class InvalidEventError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidEventError";
  /** The stable code of the error. */
  override readonly code = "invalid-event";
  /** The path of the invalid value, such as `events[0].data.items[2].when`. */
  readonly path: string;

  /**
   * Makes the error.
   *
   * @param message The problem and its path.
   */
  constructor(message: string, facts: { readonly path: string }, options?: ErrorOptions) {
    super(message, options);
    this.path = facts.path;
  }
}
