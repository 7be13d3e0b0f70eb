import { decider, events } from "@flowmade-one/aether";
import { when, withSnapshots } from "@flowmade-one/aether/snapshots";

const counter = decider(events<{ Made: null }>(), { initial: () => 0, evolve: (n) => n + 1, decide: () => [] });
const whenClosed = when<{ isClosed: boolean }>(({ state }) => state.isClosed);
// @ts-expect-error: Type 'number' is not assignable to type '{ isClosed: boolean; }'
withSnapshots(counter, { schema: 1, policy: whenClosed, onError: () => {} });
