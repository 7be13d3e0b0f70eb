import { decider, events } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";

const Made = events<{ Made: null }>();
const dated = decider(Made, { initial: () => ({ at: new Date(0) }), evolve: (state) => state, decide: () => [] });
// @ts-expect-error: a state that is kept in snapshots must be JSON
withSnapshots(dated, { schema: 1, policy: everyEvents(9), onError: () => {} });
