import { decider, events } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";

const counter = decider(events<{ Made: null }>(), { initial: () => 0, evolve: (n) => n + 1, decide: () => [] });
// @ts-expect-error: Property 'schema' is missing
withSnapshots(counter, { policy: everyEvents(9), onError: () => {} });
