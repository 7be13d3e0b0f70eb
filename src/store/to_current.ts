import { checkChoice } from "../checks/check_choice.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ReadingOptions } from "./options.ts";

/**
 * Creates the function that converts a stored event to its current shape. A store calls it for every event that it
 * returns.
 *
 * @returns `undefined` if events are returned as they are stored.
 * @throws {InvalidArgumentError} If an option is not valid, or `unknown` is combined with `raw: true`.
 */
export function toCurrent(
  types: EventTypes | undefined,
  unknown: ReadingOptions["unknown"],
  raw: ReadingOptions["raw"],
): ((event: RecordedEvent) => RecordedEvent) | undefined {
  checkChoice(unknown, "unknown", ["pass", "stop"]);
  if (raw !== undefined && typeof raw !== "boolean") refuseArgument("raw", "true or false", raw);
  if (raw === true && unknown !== undefined) {
    throw new InvalidArgumentError(
      "unknown has no effect with raw: true, which returns events of any type. Omit one of them",
      {
        argument: "unknown",
      },
    );
  }
  if (types === undefined || raw === true) return undefined;
  return (event) => types.read(event, unknown);
}
