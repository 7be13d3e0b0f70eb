import { decider, events, everyEvents, withSnapshots } from "@flowmade-one/aether";

const Made = events<{ Made: null }>();
const initial = (): Map<string, number> | null => null;
const wrong = decider(Made, { initial, evolve: (state) => state, decide: () => [] });
// @ts-expect-error: a state that is kept in snapshots must be JSON
withSnapshots(wrong, { schema: 1, policy: everyEvents(9), onError: () => {} });
