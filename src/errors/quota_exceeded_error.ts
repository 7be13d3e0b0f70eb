import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/**
 * The namespace is full: its quota refuses the commit. Or the storage cannot have another namespace. Nothing was stored.
 */
export class QuotaExceededError extends AetherError {
  /** The name of the class. */
  override readonly name = "QuotaExceededError";
  /** The stable code of the error. */
  override readonly code = "quota-exceeded";
  /** The namespace that is full, or that cannot be created. */
  readonly namespace: Namespace;

  /**
   * Makes the error.
   *
   * @param message Names the operation and the limit.
   */
  constructor(message: string, facts: { readonly namespace: Namespace }, options?: ErrorOptions) {
    super(message, options);
    this.namespace = facts.namespace;
  }
}
