import { quote } from "../base/quote.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { refuseArgument } from "./refuse_argument.ts";

/**
 * Checks a list of event types and copies it. Reads each element once.
 *
 * @throws {InvalidArgumentError} If `types` is not an array of one or more non-empty strings.
 */
export function copyEventTypes(types: unknown): readonly string[] {
  const copy: unknown[] = Array.isArray(types) ? Array.from(types) : [];
  if (copy.length === 0) refuseArgument("types", "an array of one or more event types", types);
  if (copy.every(isEventType)) return copy;
  const wrong = copy.findIndex((type) => !isEventType(type));
  throw new InvalidArgumentError(
    `types[${wrong}] must be an event type, which is a string that is not empty, not ${quote(copy[wrong])}`,
    { argument: "types" },
  );
}

function isEventType(type: unknown): type is string {
  return typeof type === "string" && type !== "";
}
