import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/**
 * A position belongs to another log, or is beyond the end of this log. Either the log was created again or restored
 * after the position was read, or the position belongs to another namespace or backend. A read after such a position
 * would skip events silently.
 */
export class UnknownPositionError extends AetherError {
  /** The name of the class. */
  override readonly name = "UnknownPositionError";
  /** The stable code of the error. */
  override readonly code = "unknown-position";
  /** The namespace that was read. */
  readonly namespace: Namespace;

  /**
   * Makes the error.
   *
   * @param namespace The namespace that was read.
   * @param options `isLookback`: whether the position was given as a lookback. It selects the message.
   */
  constructor(namespace: Namespace, options?: ErrorOptions & { readonly isLookback?: boolean }) {
    super(
      options?.isLookback
        ? `Cannot search for a commit id in namespace "${namespace}" since that position: it belongs to another log. ` +
          `Pass a position of the log of the command's actor, or another lookback`
        : `Cannot read the log of namespace "${namespace}" after that position: it belongs to another log, or is ` +
          `beyond the end of this log. The log was created again or restored, or the position belongs to another namespace ` +
          `or backend. Start again with after: "start"`,
      options,
    );
    this.namespace = namespace;
  }
}
