/**
 * The memory of the store without the event objects. It is the live memory when 100,000 actors have 2 events each,
 * minus the live memory when only these event objects remain. The ids of the actors belong to the caller, and are in
 * neither of the two.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { RecordedEvent } from "../../mod.ts";
import { liveBytes } from "../heap.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds } from "./actors.ts";
import { makeEvent } from "./make_event.ts";

/** See the top of this file. */
export async function* benchHeld({ count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(100_000));
  const before = liveBytes();
  const { events, storeBytes } = await eventsOfStore(actors, before);
  const eventBytes = liveBytes() - before - arrayBytes(events);
  if (events.length !== 2 * actors.length) throw new Error(`Cannot measure: the store has ${events.length} events`);
  yield {
    group: "memory of 100,000 actors with 2 events",
    name: "each event, without its object",
    measured: (storeBytes - eventBytes) / events.length,
    unit: "B",
    reach: 110,
    note: `with its object ${(storeBytes / events.length).toFixed(0)} B, the object alone ${
      (eventBytes / events.length).toFixed(0)
    } B`,
  };
}

/** Fills a store, measures its memory, and returns only its events. */
async function eventsOfStore(
  actors: readonly string[],
  before: number,
): Promise<{ readonly events: readonly RecordedEvent[]; readonly storeBytes: number }> {
  const store = memory().store("bench");
  for (const version of [0, 1]) {
    for (const [i, actor] of actors.entries()) {
      await store.append(actor, [makeEvent(i)], { expectedVersion: version });
    }
  }
  const storeBytes = liveBytes() - before;
  return { events: await store.readAll().toArray(), storeBytes };
}

/** The bytes of an array of these events, without the events. */
function arrayBytes(events: readonly RecordedEvent[]): number {
  const before = liveBytes();
  const copy = events.slice();
  const bytes = liveBytes() - before;
  if (copy.length !== events.length) throw new Error("Cannot measure: the copy of the array has another length");
  return bytes;
}
