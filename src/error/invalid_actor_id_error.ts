import { AetherError } from "./aether_error.ts";

/** A text is not an actor id. Nothing was done. */
export class InvalidActorIdError extends AetherError {
  override readonly name = "InvalidActorIdError";
  override readonly code = "invalid-actor-id";
  /** What was given. */
  readonly text: unknown;

  /** @param message What was given, and the rule that it breaks. */
  constructor(message: string, facts: { readonly text: unknown }, options?: ErrorOptions) {
    super(message, options);
    this.text = facts.text;
  }
}
