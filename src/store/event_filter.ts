import { copyEventTypes } from "../checks/copy_event_types.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { compilePattern } from "../values/compile_pattern.ts";
import { parseActorPattern } from "../values/parse_pattern.ts";
import type { SubscriptionFilter } from "./options.ts";

/** Returns whether an event is wanted. */
export type EventFilter = (event: Pick<RecordedEvent, "type" | "actorId">) => boolean;

/**
 * Creates a filter from event types and an actor pattern.
 *
 * @param eventTypes The event types of the reader's map. With them, the filter also selects events that are stored
 * under another name of a wanted type.
 * @returns `undefined` if every event is wanted.
 * @throws {InvalidArgumentError} If `types` is not an array of one or more strings, or has a type that the reader's map
 * does not have.
 * @throws {InvalidPatternError} If `actors` is not a pattern.
 */
export function toEventFilter(
  { types, actors }: SubscriptionFilter,
  eventTypes?: EventTypes | undefined,
): EventFilter | undefined {
  const names = types === undefined ? undefined : copyEventTypes(types);
  const wanted = names && new Set(eventTypes === undefined ? names : eventTypes.storedNames(names));
  const matches = actors === undefined ? undefined : compilePattern(parseActorPattern(actors));
  if (wanted === undefined && matches === undefined) return undefined;
  return (event) => (wanted?.has(event.type) ?? true) && (matches?.(event.actorId) ?? true);
}
