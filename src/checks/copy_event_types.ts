import { refuseArgument } from "./refuse_argument.ts";

/**
 * Checks a list of event types and copies it. Reads each element once.
 *
 * @throws {InvalidArgumentError} If `types` is not an array of one or more non-empty strings.
 */
export function copyEventTypes(types: unknown): readonly string[] {
  const copy: unknown[] = Array.isArray(types) ? Array.from(types) : [];
  if (copy.length > 0 && copy.every(isEventType)) return copy;
  refuseArgument("types", "an array of one or more event types", types);
}

function isEventType(type: unknown): type is string {
  return typeof type === "string" && type !== "";
}
