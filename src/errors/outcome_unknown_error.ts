import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/** It could not be learned whether a commit was stored. To find out after a numeric expected version, append the same events again with this commit id and that version: a commit that was stored answers with `duplicate: true`. After `"any"` or `"exists"`, look for an event with this commit id. */
export class OutcomeUnknownError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "OutcomeUnknownError";
  /** Never changes; what a program tests. */
  override readonly code = "outcome-unknown";
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** The commit id to ask again with. */
  readonly commitId: string;

  /**
   * Makes the error.
   *
   * @param message The attempted operation, why its outcome is unknown, and how to repeat it.
   */
  constructor(
    message: string,
    facts: { readonly namespace: Namespace; readonly actorId: string; readonly commitId: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.namespace = facts.namespace;
    this.actorId = facts.actorId;
    this.commitId = facts.commitId;
  }
}
