import type { EventTypes } from "../events/event_types.ts";
import type { BusEvent } from "../events/published_event.ts";

/**
 * Returns a receiver that passes on each event in its current shape. An event without a current shape is reported and
 * not passed on.
 */
export function inCurrentShape(
  types: EventTypes,
  receive: (event: BusEvent) => unknown,
  report: (error: Error) => void,
): (event: BusEvent) => unknown {
  return (event) => {
    let current: BusEvent;
    try {
      current = types.read(event, "stop");
    } catch (error) {
      return report(error as Error);
    }
    return receive(current);
  };
}
