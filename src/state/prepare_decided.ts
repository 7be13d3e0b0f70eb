import type { PreparedEvent } from "../commits/commit.ts";
import { prepareEvent } from "../commits/prepare_event.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { InvalidEventError } from "../errors/invalid_event_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { quote } from "../base/quote.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import { freezeMetadata, NO_METADATA } from "../events/freeze_metadata.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { NewEvent } from "../events/new_event.ts";
import { MAX_COPIED_JSON_BYTES, MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";

/** A decided event, checked and copied. */
export interface DecidedEvent {
  /** The event as a store would store it. Its id is provisional if `decide` gave none. */
  readonly prepared: PreparedEvent;
  /** The event to append. It has no id if `decide` gave none: the store then assigns one. */
  readonly toAppend: NewEvent;
}

/**
 * Checks the result of `decide` and copies its events.
 *
 * @param metadata Pairs for every event; a pair of the event itself has priority.
 * @param newId Makes the provisional ids.
 * @param types The event types that validate the events; `undefined` without a map that was made from schemas.
 * @throws {InvalidArgumentError} If `decided` is not an array, or has too many events.
 * @throws {InvalidEventError} If an event cannot be stored. The error names its type and the path.
 */
export function prepareDecided(
  decided: unknown,
  actorId: string,
  metadata: EventMetadata,
  newId: () => string,
  types: EventTypes | undefined,
): readonly DecidedEvent[] {
  const cannot = `Cannot execute a command on "${actorId}": decide returned`;
  if (!Array.isArray(decided)) {
    const type = typeOf(decided);
    throw refusal(
      type === undefined
        ? `${cannot} ${quote(decided)}. It must return an array of events, an empty one if the command changes nothing`
        : `${cannot} one event, ${type}. It must return an array of events: [event]`,
    );
  }
  const { length } = decided;
  if (length > MAX_EVENTS_PER_COMMIT) {
    throw refusal(
      `${cannot} ${length} events. A commit has at most ${MAX_EVENTS_PER_COMMIT}: execute several commands`,
    );
  }
  let hasNewId = false;
  const settings = { newId: () => (hasNewId = true, newId()), maxCommitBytes: MAX_COPIED_JSON_BYTES, types };
  const prepared: DecidedEvent[] = [];
  for (let i = 0; i < length; i++) {
    const event: unknown = decided[i];
    try {
      hasNewId = false;
      const checked = prepareEvent(event, `decided[${i}]`, settings);
      prepared.push(toDecided(checked, `decided[${i}]`, metadata, hasNewId, types));
    } catch (error) {
      if (!isAetherError(error, "invalid-event")) throw error;
      const { message, path, eventType, issues } = error;
      const type = typeOf(event);
      const which = type === undefined ? "an event" : `an event ${type}`;
      throw new InvalidEventError(`${cannot} ${which} that cannot be stored. ${message}`, { path, eventType, issues }, {
        cause: error,
      });
    }
  }
  return prepared;
}

/** @param hasNewId Whether the id of the event is provisional. */
function toDecided(
  { event, maxBytes }: ReturnType<typeof prepareEvent>,
  path: string,
  shared: EventMetadata,
  hasNewId: boolean,
  types: EventTypes | undefined,
): DecidedEvent {
  const { id, type, schemaVersion, data, metadata: own } = event;
  const metadata = shared === NO_METADATA ? own : merge(shared, own, path);
  const fields = { type, schemaVersion, data: data as NewEvent["data"], metadata };
  const toAppend = hasNewId ? fields : { ...fields, id };
  // The append must not validate this output of the schema again: a schema may refuse its own output.
  types?.keep(toAppend, { value: data, maxBytes, schemaVersion });
  return { prepared: { id, type, schemaVersion, data, metadata }, toAppend };
}

function merge(shared: EventMetadata, own: EventMetadata, path: string): EventMetadata {
  const { value } = freezeMetadata({ ...shared, ...own }, `${path}.metadata`, MAX_COPIED_JSON_BYTES);
  return value as EventMetadata;
}

/** The type of a value that may be an event, quoted; `undefined` if it has no readable type. */
function typeOf(event: unknown): string | undefined {
  try {
    const { type } = event as NewEvent;
    return typeof type === "string" ? quote(type) : undefined;
  } catch {
    return undefined;
  }
}

function refusal(message: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { argument: "decide" });
}
