import { AetherError } from "./aether_error.ts";

/** An argument or option is invalid. The call had no effect. */
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
   * @param message Names the argument, the given value, and the accepted values.
   */
  constructor(message: string, facts: { readonly argument: string }, options?: ErrorOptions) {
    super(message, options);
    this.argument = facts.argument;
  }
}
