import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/** A command was refused because too many commands for the same actor wait. Nothing was stored. */
export class OverloadedError extends AetherError {
  /** The name of the class. */
  override readonly name = "OverloadedError";
  /** The stable code of the error. */
  override readonly code = "overloaded";
  /** The namespace of the actor. */
  readonly namespace: Namespace;
  /** The actor of the command. */
  readonly actorId: string;
  /** The maximum number of commands for one actor that wait. */
  readonly capacity: number;

  /** Makes the error and its message from the facts. */
  constructor(
    facts: { readonly namespace: Namespace; readonly actorId: string; readonly capacity: number },
    options?: ErrorOptions,
  ) {
    const { namespace, actorId, capacity } = facts;
    super(
      `Cannot execute a command on "${actorId}" in namespace "${namespace}": ${capacity} commands wait for it ` +
        `already. Nothing was stored. Try again later, or send fewer commands to one actor`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.capacity = capacity;
  }

  /** `true`: later, fewer commands may wait for the actor. */
  override get isRetryable(): boolean {
    return true;
  }
}
