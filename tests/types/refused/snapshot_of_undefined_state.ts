import { decider, events } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";

const Made = events<{ Made: null }>();
const initial = (): { sum: number } | undefined => ({ sum: 0 });
const wrong = decider(Made, { initial, evolve: (state) => state, decide: () => [] });
// @ts-expect-error: a state must not be undefined: use null for an absent value
withSnapshots(wrong, { schema: 1, policy: everyEvents(9), onError: () => {} });
