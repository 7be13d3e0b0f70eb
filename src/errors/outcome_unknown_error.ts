import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/**
 * It is unknown whether a commit was stored. If the expected version was a number, append the same events again with
 * the same expected version and the `commitId` of this error. If the first append stored the commit, the second append
 * returns the first result, with `duplicate: true`. If the expected version was `"any"` or `"exists"`, search the
 * actor's events for the commit id.
 */
export class OutcomeUnknownError extends AetherError {
  /** The name of the class. */
  override readonly name = "OutcomeUnknownError";
  /** The stable code of the error. */
  override readonly code = "outcome-unknown";
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** The commit id with which to repeat the call. */
  readonly commitId: string;

  /** `true`: a repetition with the same commit id does not store the events twice. */
  override get isRetryable(): boolean {
    return true;
  }

  /**
   * Makes the error.
   *
   * @param message Names the operation, the reason why its outcome is unknown, and how to repeat it.
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
