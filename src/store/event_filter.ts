import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { compilePattern } from "../pattern/compile_pattern.ts";
import { parseActorPattern } from "../pattern/parse_pattern.ts";
import type { SubscriptionFilter } from "./options.ts";

/** Tells whether an event is wanted. */
export type EventFilter = (event: Pick<RecordedEvent, "type" | "actorId">) => boolean;

/**
 * Makes a filter out of event types and an actor pattern.
 *
 * @returns `undefined` where every event is wanted.
 * @throws {InvalidArgumentError} `types` is not an array of one or more texts.
 * @throws {InvalidPatternError} `actors` is not a pattern.
 */
export function toEventFilter({ types, actors }: SubscriptionFilter): EventFilter | undefined {
  if (types !== undefined) checkTypes(types);
  const wanted = types && new Set<string>(types);
  const matches = actors === undefined ? undefined : compilePattern(parseActorPattern(actors));
  if (wanted === undefined && matches === undefined) return undefined;
  return (event) => (wanted?.has(event.type) ?? true) && (matches?.(event.actorId) ?? true);
}

function checkTypes(types: unknown): void {
  if (Array.isArray(types) && types.length > 0 && Array.from(types).every(isEventType)) {
    return;
  }
  throw new InvalidArgumentError(`types must be an array of one or more event types, not ${quote(types)}`, {
    argument: "types",
  });
}

function isEventType(type: unknown): boolean {
  return typeof type === "string" && type !== "";
}
