import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/**
 * A position lies beyond the end of the log: it is of another namespace or backend, or the log was restored from an
 * older copy. Reading on from it would skip events in silence.
 */
export class UnknownPositionError extends AetherError {
  /** The class, for those who read a log. */
  override readonly name = "UnknownPositionError";
  /** Never changes; what a program tests. */
  override readonly code = "unknown-position";
  /** The namespace that was read. */
  readonly namespace: Namespace;

  /**
   * Makes the error.
   *
   * @param namespace The namespace that was read.
   */
  constructor(namespace: Namespace, options?: ErrorOptions) {
    super(
      `Cannot read the log of namespace "${namespace}" after that position: it lies beyond the log's end. It is of ` +
        `another namespace or backend, or the log was restored from an older copy; start again with after: "start"`,
      options,
    );
    this.namespace = namespace;
  }
}
