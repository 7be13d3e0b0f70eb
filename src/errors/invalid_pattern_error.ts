import { AetherError } from "./aether_error.ts";

/** A string is not a pattern. The operation was not started. */
export class InvalidPatternError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidPatternError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-pattern";
  /** What was given. */
  readonly value: unknown;

  /**
   * Makes the error.
   *
   * @param message What was given, and the rule that it breaks.
   */
  constructor(message: string, facts: { readonly value: unknown }, options?: ErrorOptions) {
    super(message, options);
    this.value = facts.value;
  }
}
