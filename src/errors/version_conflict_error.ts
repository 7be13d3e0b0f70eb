import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/** A conflict between the expected and the actual version of an actor. */
export interface VersionConflict {
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** The version that the caller expected. */
  readonly expected: number | "exists";
  /** The version that the actor has. */
  readonly actual: number;
  /**
   * The number of attempts of `execute`, each of which met a conflict. Absent for an append, and for a command with the
   * option `expectedVersion`: in both cases, the caller has chosen the expected version.
   */
  readonly attempts?: number | undefined;
  /** Whether the operation was a command. It selects the message and is not a field of the error. */
  readonly isCommand?: boolean | undefined;
}

/**
 * An append or a command expected a version that the actor does not have. Nothing was stored. Load the actor and decide
 * again. Do not append the same events at the actual version: the decision was made on stale state.
 */
export class VersionConflictError extends AetherError implements Omit<VersionConflict, "isCommand"> {
  /** The name of the class. */
  override readonly name = "VersionConflictError";
  /** The stable code of the error. */
  override readonly code = "version-conflict";
  /** The namespace of the append. */
  readonly namespace: Namespace;
  /** The actor of the append. */
  readonly actorId: string;
  /** The version that the caller expected. */
  readonly expected: number | "exists";
  /** The version that the actor has. */
  readonly actual: number;
  /** The number of attempts of `execute`: see {@link VersionConflict}. */
  readonly attempts?: number | undefined;

  /**
   * `true` if every attempt of a command met a conflict: a new execution of the command loads the actor and decides
   * again. `false` for an append, or a command with `expectedVersion`: a repetition never succeeds.
   */
  override get isRetryable(): boolean {
    return this.attempts !== undefined;
  }

  /**
   * Makes the error.
   *
   * @param conflict The facts, from which the message is made.
   */
  constructor(conflict: VersionConflict, options?: ErrorOptions) {
    const { namespace, actorId, expected, actual, attempts, isCommand = false } = conflict;
    const attempt = isCommand ? "execute a command on" : "append to";
    const expectation = expected === "exists" ? "it to exist" : `version ${expected}`;
    const state = actual === 0 ? "it has no events yet" : `it is at version ${actual}`;
    super(
      attempts === undefined
        ? `Cannot ${attempt} "${actorId}" in namespace "${namespace}" expecting ${expectation}: ${state}. ` +
          `Nothing was stored. Load the actor and decide again`
        : `Cannot execute a command on "${actorId}" in namespace "${namespace}": ${
          attempts === 1 ? "its only attempt" : `each of its ${attempts} attempts`
        } met a conflict. The last append expected ${expectation}, but ${state}. Nothing was stored. Execute the ` +
          `command again, or allow more attempts`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.expected = expected;
    this.actual = actual;
    if (attempts !== undefined) this.attempts = attempts;
  }
}
