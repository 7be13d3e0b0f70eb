import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";
import { quote } from "../base/quote.ts";

/** The event for which `evolve` failed. */
export interface UnevolvedEvent {
  /** The namespace of the event. */
  readonly namespace: Namespace;
  /** The actor of the event. */
  readonly actorId: string;
  /** The id of the event. */
  readonly id: string;
  /** The type of the event. */
  readonly type: string;
  /** The version of the event. */
  readonly version: number;
}

/**
 * A decider's `evolve` returned `undefined` or threw an error, which is then the `cause`. The load or command failed.
 */
export class EvolveError extends AetherError {
  /** The name of the class. */
  override readonly name = "EvolveError";
  /** The stable code of the error. */
  override readonly code = "evolve-failed";
  /** The namespace of the event. */
  readonly namespace: Namespace;
  /** The actor of the event. */
  readonly actorId: string;
  /** The id of the event. */
  readonly eventId: string;
  /** The type of the event. */
  readonly eventType: string;
  /** The version of the event. */
  readonly version: number;

  /**
   * Makes the error.
   *
   * @param event The event, from which the message is made.
   * @param problem How `evolve` failed, and the fix.
   */
  constructor(event: UnevolvedEvent, problem: string, options?: ErrorOptions) {
    const { namespace, actorId, id, type, version } = event;
    super(
      `Cannot evolve the state of "${actorId}" in namespace "${namespace}" by its event ${quote(type)}, version ` +
        `${version}, id "${id}": evolve ${problem}`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.eventId = id;
    this.eventType = type;
    this.version = version;
  }
}
