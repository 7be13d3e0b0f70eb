import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/** The facts of an {@link OutcomeUnknownError}. */
export interface UnknownOutcome {
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** The commit id with which to repeat the call. */
  readonly commitId: string;
  /** Whether the caller of the operation passed the commit id; by default `false`. */
  readonly isRetryable?: boolean | undefined;
}

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

  readonly #isRetryable: boolean;

  /**
   * Whether the caller of the operation passed the commit id. The same call may then be repeated, and its events are not
   * stored twice. `false` if the operation generated the commit id: repeat the call with the `commitId` of this error.
   */
  override get isRetryable(): boolean {
    return this.#isRetryable;
  }

  /**
   * Makes the error.
   *
   * @param message Names the operation, the reason why its outcome is unknown, and how to repeat it.
   * @param facts An adapter leaves `isRetryable` out: stores and `execute` set it.
   */
  constructor(message: string, facts: UnknownOutcome, options?: ErrorOptions) {
    super(message, options);
    this.namespace = facts.namespace;
    this.actorId = facts.actorId;
    this.commitId = facts.commitId;
    this.#isRetryable = facts.isRetryable ?? false;
  }
}
