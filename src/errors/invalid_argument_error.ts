import { AetherError } from "./aether_error.ts";

/** An argument or option is invalid. Nothing was done. */
export class InvalidArgumentError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidArgumentError";
  /** The stable code of the error. */
  override readonly code = "invalid-argument";
  /** The name of the argument or option, such as `expectedVersion`. */
  readonly argument: string;

  /**
   * Makes the error.
   *
   * @param message The attempted call, the given value, and the accepted values.
   */
  constructor(message: string, facts: { readonly argument: string }, options?: ErrorOptions) {
    super(message, options);
    this.argument = facts.argument;
  }
}
