import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { AetherError } from "./aether_error.ts";

/** The facts of a read that needs expired events. */
export interface ExpiredEvents {
  /** The namespace that was read. */
  readonly namespace: Namespace;
  /** The actor that was read; absent if the log of the whole namespace was read. */
  readonly actorId?: string | undefined;
  /**
   * The beginning of the remaining history. For an actor: the version of its first remaining event, or, if no event
   * remains, the version that its next event will have. For a log: the position of the first remaining event, or
   * `undefined` if no event remains.
   */
  readonly firstAvailable: number | Position | undefined;
  /** Whether the read belonged to a load of the actor. It selects the message and is not a field of the error. */
  readonly isLoad?: boolean | undefined;
}

/**
 * A read needs events that retention has expired. It fails instead of silently returning fewer events. To read the
 * remaining events of an actor, pass `from: firstAvailable`. To read the remaining events of a log, pass
 * `after: "oldest-available"`.
 */
export class EventsExpiredError extends AetherError implements Omit<ExpiredEvents, "isLoad"> {
  /** The name of the class. */
  override readonly name = "EventsExpiredError";
  /** The stable code of the error. */
  override readonly code = "events-expired";
  /** The namespace that was read. */
  readonly namespace: Namespace;
  /** The actor that was read; absent if the log of the whole namespace was read. */
  readonly actorId?: string | undefined;
  /** The beginning of the remaining history: see {@link ExpiredEvents}. */
  readonly firstAvailable: number | Position | undefined;

  /**
   * Makes the error.
   *
   * @param expired The facts, from which the message is made.
   */
  constructor(expired: ExpiredEvents, options?: ErrorOptions) {
    const { namespace, actorId, firstAvailable, isLoad = false } = expired;
    super(
      isLoad
        ? `Cannot load "${actorId}" in namespace "${namespace}": retention has expired its events below version ` +
          `${firstAvailable}, and there is no snapshot of that version or a later one to begin from. Write ` +
          `snapshots before events expire`
        : actorId === undefined
        ? `Cannot read the log of namespace "${namespace}": retention has expired the next events. ` +
          `Read the remaining events with after: "oldest-available"`
        : `Cannot read "${actorId}" in namespace "${namespace}": retention has expired its events below ` +
          `version ${firstAvailable}. Read the remaining events with from: ${firstAvailable}`,
      options,
    );
    this.namespace = namespace;
    this.actorId = actorId;
    this.firstAvailable = firstAvailable;
  }
}
