import { AetherError } from "./aether_error.ts";

/** A text is not a pattern. Nothing was done. */
export class InvalidPatternError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidPatternError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-pattern";
  /** What was given. */
  readonly text: unknown;

  /**
   * Makes the error.
   *
   * @param message What was given, and the rule that it breaks.
   */
  constructor(message: string, facts: { readonly text: unknown }, options?: ErrorOptions) {
    super(message, options);
    this.text = facts.text;
  }
}
