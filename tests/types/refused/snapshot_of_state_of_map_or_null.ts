import { decider, events } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";

const Made = events<{ Made: null }>();
const initial = (): Map<string, number> | null => null;
const wrong = decider(Made, { initial, evolve: (state) => state, decide: () => [] });
// @ts-expect-error: a state that is kept in snapshots must be JSON
withSnapshots(wrong, { schema: 1, policy: everyEvents(9), onError: () => {} });
