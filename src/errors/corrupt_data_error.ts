import type { Namespace } from "../base/namespace.ts";
import { AetherError } from "./aether_error.ts";

/**
 * A stored event or value cannot be read. Its bytes are damaged, or another program or a newer release has written
 * them. Or the event map of the reader lacks the type or the schema version of an event, or an upcaster failed.
 */
export class CorruptDataError extends AetherError {
  /** The name of the class. */
  override readonly name = "CorruptDataError";
  /** The stable code of the error. */
  override readonly code = "corrupt-data";
  /** The namespace that was read. */
  readonly namespace: Namespace;
  /** The actor of the event; `undefined` if it is not known. */
  readonly actorId: string | undefined;
  /** The version of the event; `undefined` if it is not known. */
  readonly version: number | undefined;
  /** The type of the event, as it is stored; `undefined` if it is not known. */
  readonly eventType: string | undefined;
  /** The schema version of the event, as it is stored; `undefined` if it is not known. */
  readonly schemaVersion: number | undefined;

  /**
   * Makes the error.
   *
   * @param message Names the data that was read, its place, and the problem.
   * @param facts The namespace, and the known facts about the event.
   */
  constructor(
    message: string,
    facts:
      & Pick<CorruptDataError, "namespace">
      & Partial<Pick<CorruptDataError, "actorId" | "version" | "eventType" | "schemaVersion">>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.namespace = facts.namespace;
    this.actorId = facts.actorId;
    this.version = facts.version;
    this.eventType = facts.eventType;
    this.schemaVersion = facts.schemaVersion;
  }
}
