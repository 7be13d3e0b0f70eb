/**
 * The memory of the store without the event objects. It is the live memory when 100,000 actors have 2 events each, less
 * the live memory when only these event objects remain. The actors' ids belong to the caller and are in neither.
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
  const { events, held } = await fillAndEmpty(actors, before);
  const listed = liveBytes() - before;
  const list = listBytes(events);
  const alone = listed - list;
  if (events.length !== 2 * actors.length) throw new Error(`There are ${events.length} events`);
  yield {
    group: "memory of 100,000 actors with 2 events",
    name: "beyond the event objects, an event",
    measured: (held - alone) / events.length,
    unit: "B",
    reach: 110,
    note: `with them ${(held / events.length).toFixed(0)} B, they alone ${(alone / events.length).toFixed(0)} B`,
  };
}

/** Fills a store, measures its memory, and keeps only its events. */
async function fillAndEmpty(
  actors: readonly string[],
  before: number,
): Promise<{ readonly events: readonly RecordedEvent[]; readonly held: number }> {
  const store = memory().store("bench");
  for (const version of [0, 1]) {
    for (const [i, actor] of actors.entries()) {
      await store.append(actor, [makeEvent(i)], { expectedVersion: version });
    }
  }
  const held = liveBytes() - before;
  return { events: await store.readAll().toArray(), held };
}

/** Bytes of an array of a number of events, without the events. */
function listBytes(events: readonly RecordedEvent[]): number {
  const before = liveBytes();
  const copy = events.slice();
  const bytes = liveBytes() - before;
  if (copy.length !== events.length) throw new Error("A copy must be as long");
  return bytes;
}
