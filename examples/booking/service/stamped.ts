import type { Decider, EventMap, EventMetadata } from "@flowmade-one/aether";

/** The same decider, whose events carry what is to be known about where they come from. */
export function stamped<D extends Decider<S, C, E>, S, C, E extends EventMap>(
  decider: D & Decider<S, C, E>,
  metadata: EventMetadata,
): D {
  return {
    ...decider,
    decide: async (command: C, state: S) =>
      (await decider.decide(command, state)).map((event) => ({ ...event, metadata })),
  };
}
