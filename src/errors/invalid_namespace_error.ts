import { AetherError } from "./aether_error.ts";

/** A text is not a namespace. Nothing was done. */
export class InvalidNamespaceError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidNamespaceError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-namespace";
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
