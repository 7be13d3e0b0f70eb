import { AetherError } from "./aether_error.ts";

/** A text is not an actor id. Nothing was done. */
export class InvalidActorIdError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidActorIdError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-actor-id";
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
