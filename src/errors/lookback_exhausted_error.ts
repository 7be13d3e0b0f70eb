import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/**
 * A command was refused before `decide` was called. Its commit id was not found in the commits that were searched. An
 * older commit may have the id, because the command may have been executed before. Nothing was stored.
 */
export class LookbackExhaustedError extends AetherError {
  /** The name of the class. */
  override readonly name = "LookbackExhaustedError";
  /** The stable code of the error. */
  override readonly code = "lookback-exhausted";
  /** The namespace of the actor. */
  readonly namespace: Namespace;
  /** The actor of the command. */
  readonly actorId: string;
  /** The commit id of the command. */
  readonly commitId: string;

  /** Makes the error and its message from the facts. */
  constructor(
    facts: { readonly namespace: Namespace; readonly actorId: string; readonly commitId: string },
    options?: ErrorOptions,
  ) {
    const { namespace, actorId, commitId } = facts;
    super(
      `Cannot execute a command on "${actorId}" in namespace "${namespace}": its commit id "${commitId}" is not ` +
        `among the commits that were searched, and older commits exist. Search more commits with the option lookback, or ` +
        `execute the command with onExhausted: "execute"`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.commitId = commitId;
  }
}
