/**
 * The shared parts of cases: events to append, initial histories, and the compared parts of read events.
 *
 * @module
 */
import type { NewEvent } from "../src/events/new_event.ts";
import type { RecordedEvent } from "../src/events/recorded_event.ts";
import type { EventStore } from "../src/store/event_store.ts";
import type { AppendResult } from "../src/store/options.ts";

/** A number of events of one type, with the data `{ n: 1 }`, `{ n: 2 }`, ... */
export function someEvents(count: number, type: string = "Made"): NewEvent[] {
  return Array.from({ length: count }, (_, i) => ({ type, data: { n: i + 1 } }));
}

/** One event. */
export function oneEvent(data: unknown = {}, type: string = "Made"): NewEvent[] {
  return [{ type, data: data as object }];
}

/** Appends one commit for each size, to an actor without events. */
export async function appendCommits(store: EventStore, actorId: string, sizes: readonly number[]): Promise<number> {
  let version = 0;
  for (const size of sizes) {
    ({ version } = await store.append(actorId, someEvents(size), { expectedVersion: version }));
  }
  return version;
}

/** Appends one event at any version of the actor. */
export function appendOne(
  store: EventStore,
  actorId: string,
  data: unknown = {},
  type: string = "Made",
): Promise<AppendResult> {
  return store.append(actorId, oneEvent(data, type), { expectedVersion: "any" });
}

/** The versions of events. */
export function versionsOf(events: readonly RecordedEvent[]): number[] {
  return events.map(({ version }) => version);
}

/** Events as `actor@version`. */
export function coordinatesOf(events: readonly RecordedEvent[]): string[] {
  return events.map(({ actorId, version }) => `${actorId}@${version}`);
}

/** `from`, `from + 1`, ... `to`. */
export function countUp(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
