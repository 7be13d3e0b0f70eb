import { AetherError } from "./aether_error.ts";

/** The given value is not an actor id. The call had no effect. */
export class InvalidActorIdError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidActorIdError";
  /** The stable code of the error. */
  override readonly code = "invalid-actor-id";
  /** The given value. */
  readonly value: unknown;

  /**
   * Makes the error.
   *
   * @param message Names the given value, and the rule that it breaks.
   */
  constructor(message: string, facts: { readonly value: unknown }, options?: ErrorOptions) {
    super(message, options);
    this.value = facts.value;
  }
}
