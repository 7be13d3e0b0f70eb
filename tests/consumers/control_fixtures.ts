/** Handlers and options with which a test parks actors and stops lanes. */
import type { ConsumeOptions, ConsumerStatus } from "@flowmade-one/aether/consumers";
import type { RecordedEvent } from "@flowmade-one/aether";

/** Options that park an actor at its first failure, and save after each event. */
export const PARKING: ConsumeOptions = { name: "c", saveEvery: 0, onFailure: () => "park", onError: () => {} };

/** A handler that records events. It fails for events of the actors in `failing`. */
export function recorder(failing: Set<string>) {
  const handled: string[] = [];
  return {
    handled,
    handle: ({ actorId, version }: RecordedEvent) => {
      if (failing.has(actorId)) throw new Error(`no ${actorId}`);
      handled.push(`${actorId}${version}`);
    },
  };
}

/** The states of the lanes, in order. */
export const states = ({ lanes }: ConsumerStatus) => lanes.map(({ state }) => state);
