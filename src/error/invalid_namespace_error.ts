import { AetherError } from "./aether_error.ts";

/** A text is not a namespace. Nothing was done. */
export class InvalidNamespaceError extends AetherError {
  override readonly name = "InvalidNamespaceError";
  override readonly code = "invalid-namespace";
  /** What was given. */
  readonly text: unknown;

  /** @param message What was given, and the rule that it breaks. */
  constructor(message: string, facts: { readonly text: unknown }, options?: ErrorOptions) {
    super(message, options);
    this.text = facts.text;
  }
}
