import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/** Stored bytes cannot be read: they are damaged, of another program, or of a newer format. */
export class CorruptDataError extends AetherError {
  /** The name of the class. */
  override readonly name = "CorruptDataError";
  /** The stable code of the error. */
  override readonly code = "corrupt-data";
  /** The namespace that was read. */
  readonly namespace: Namespace;

  /**
   * Makes the error.
   *
   * @param message The data that was read, its place, and its problem.
   */
  constructor(message: string, facts: { readonly namespace: Namespace }, options?: ErrorOptions) {
    super(message, options);
    this.namespace = facts.namespace;
  }
}
