import { decider, events, type EventStore } from "../../mod.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../limits.ts";
import { never, withSnapshots } from "../../snapshots.ts";

/** The events of a counter. They are small, so that a million of them fit into memory. */
export interface CounterEvents {
  Counted: { by: number; at: string };
}

/** The event map of a counter. */
export const CounterEvents = events<CounterEvents>();

/** The state of a counter. */
export interface Counter {
  readonly sum: number;
  readonly times: number;
  readonly places: Readonly<Record<string, number>>;
}

const PLACES = ["Aachen", "Bergen", "Cuneo", "Delft", "Essen", "Faro", "Gent", "Hamm"];

/** The event of an actor at a version. */
export function counted(version: number): { type: "Counted"; data: CounterEvents["Counted"] } {
  return { type: "Counted", data: { by: version % 10, at: PLACES[version & 7]! } };
}

/** The decider of the benches. A command is the number of events to append. */
export const counter = decider(CounterEvents, {
  initial: (): Counter => ({ sum: 0, times: 0, places: {} }),
  evolve: ({ sum, times, places }, { data: { by, at } }) => ({
    sum: sum + by,
    times: times + 1,
    places: { ...places, [at]: (places[at] ?? 0) + by },
  }),
  decide: (count: number, { times }) => Array.from({ length: count }, (_, i) => counted(times + 1 + i)),
});

/** Reads snapshots and writes none, so that only loads are measured. */
export const snapshotted = withSnapshots(counter, {
  schema: 1,
  policy: never,
  onError: (error) => {
    throw error;
  },
});

/** Appends commits of `perCommit` events until the actor is at `version`. */
export async function fillUpTo(
  store: EventStore<CounterEvents>,
  actorId: string,
  version: number,
  perCommit: number = MAX_EVENTS_PER_COMMIT,
): Promise<void> {
  for (let at = await store.latestVersion(actorId); at < version;) {
    const length = Math.min(perCommit, version - at);
    const batch = Array.from({ length }, (_, i) => counted(at + 1 + i));
    at = (await store.append(actorId, batch, { expectedVersion: at })).version;
  }
}
