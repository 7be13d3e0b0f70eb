import { AetherError } from "./aether_error.ts";

/** A string is not an actor id. The operation was not started. */
export class InvalidActorIdError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "InvalidActorIdError";
  /** Never changes; what a program tests. */
  override readonly code = "invalid-actor-id";
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
