import { AetherError } from "./aether_error.ts";

/** An event cannot be stored as it is: a field is wrong, or its data is not JSON. Nothing was done. */
export class InvalidEventError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidEventError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-event";
  /** Where in the event, such as `events[0].data.items[2].when`. */
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
