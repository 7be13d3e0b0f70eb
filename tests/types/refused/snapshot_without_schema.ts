import { decider, events, everyEvents, withSnapshots } from "@flowmade-one/aether";

const counter = decider(events<{ Made: null }>(), { initial: () => 0, evolve: (n) => n + 1, decide: () => [] });
// @ts-expect-error: Property 'schema' is missing
withSnapshots(counter, { policy: everyEvents(9), onError: () => {} });
