import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";
import { quote } from "../base/quote.ts";

/** A snapshot that differs from the state that its events give. */
export interface SnapshotMismatch {
  /** The namespace of the actor. */
  readonly namespace: Namespace;
  /** The actor. */
  readonly actorId: string;
  /** The version of the snapshot. */
  readonly version: number;
  /** The path of the first difference, such as `state.items[2].price`. */
  readonly path: string;
  /** The snapshot's value at that path. */
  readonly left: unknown;
  /** The value at that path after a replay of the events. */
  readonly right: unknown;
}

/**
 * A snapshot differs from the state that its events give: `evolve` was changed without a new schema number, or it is
 * not a pure function. With the option `verify` of the snapshot settings, their `onError` receives this error, and the
 * load returns the state that the events give.
 */
export class SnapshotMismatchError extends AetherError {
  /** The name of the class. */
  override readonly name = "SnapshotMismatchError";
  /** The stable code of the error. */
  override readonly code = "snapshot-mismatch";
  /** The namespace of the actor. */
  readonly namespace: Namespace;
  /** The actor. */
  readonly actorId: string;
  /** The version of the snapshot. */
  readonly version: number;
  /** The path of the first difference, such as `state.items[2].price`. */
  readonly path: string;

  /**
   * Makes the error.
   *
   * @param mismatch The facts, from which the message is made.
   */
  constructor(mismatch: SnapshotMismatch, options?: ErrorOptions) {
    const { namespace, actorId, version, path, left, right } = mismatch;
    super(
      `Cannot use the snapshot of "${actorId}" in namespace "${namespace}" at version ${version}: ${path} is ` +
        `${quote(left)}, but ${quote(right)} after a replay of the events. Set another schema number in withSnapshots`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.version = version;
    this.path = path;
  }
}
