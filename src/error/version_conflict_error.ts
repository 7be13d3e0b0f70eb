import type { Namespace } from "../namespace/namespace.ts";
import { AetherError } from "./aether_error.ts";

/** The facts of a conflict. */
export interface VersionConflict {
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** What the caller expected. */
  readonly expected: number | "exists";
  /** The version that the actor has. */
  readonly actual: number;
}

/**
 * An append expected a version that the actor does not have. Nothing was stored. Load the actor again and decide
 * anew; appending the same events with the actual version would answer a question that nobody asked.
 */
export class VersionConflictError extends AetherError implements VersionConflict {
  /** The class, for those who read a log. */
  override readonly name = "VersionConflictError";
  /** Never changes; what a program tests. */
  override readonly code = "version-conflict";
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** What the caller expected. */
  readonly expected: number | "exists";
  /** The version that the actor has. */
  readonly actual: number;

  /**
   * Makes the error.
   *
   * @param conflict The facts, from which the message is made.
   */
  constructor(conflict: VersionConflict, options?: ErrorOptions) {
    const { namespace, actorId, expected, actual } = conflict;
    const expectation = expected === "exists" ? "it to exist" : `version ${expected}`;
    const state = actual === 0 ? "it has no events yet" : `it is at version ${actual}`;
    super(
      `Cannot append to "${actorId}" in namespace "${namespace}" expecting ${expectation}: ${state}. ` +
        `Nothing was stored; load it again and decide anew`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.expected = expected;
    this.actual = actual;
  }
}
