import type { RecordedEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals } from "@std/assert";
import { LaneProgress, MAX_LANE_BYTES, MAX_PARKED } from "../../src/consumers/lane_progress.ts";
import { encodeLane, type LaneRecord, NEW_LANE } from "../../src/consumers/lane_record.ts";

const AT = 1_767_225_600_000;

/** An error that takes about 900 bytes of a record. If it no longer fits, a shorter error still does. */
const LONG = new Error("€".repeat(290));

/** The progress of a lane at a fixed time. Its record has `progressAt` from the beginning. */
function newProgress(record: LaneRecord = { ...NEW_LANE, progressAt: AT }): LaneProgress {
  return new LaneProgress(record, { delay: 0, wallTime: () => AT });
}

/** The first event of each actor. */
async function firstEvents(actorIds: readonly string[]): Promise<RecordedEvent[]> {
  const store = memory().store("test");
  for (const actorId of actorIds) await store.append(actorId, [{ type: "Made", data: 1 }], { expectedVersion: 0 });
  return await store.readAll().toArray();
}

const actorIdsOf = (count: number) => Array.from({ length: count }, (_, i) => `order.${i}`);

const bytesOf = (progress: LaneProgress) => encodeLane(progress.record("")).length;

Deno.test("LaneProgress.park() accepts 64 actors of a lane, and refuses a 65th until one is unparked", async () => {
  const events = await firstEvents(actorIdsOf(MAX_PARKED + 1));
  const last = events.at(-1)!;
  const progress = newProgress();
  for (const event of events.slice(0, -1)) assertEquals(progress.park(event, "no", AT), true, event.actorId);
  const { changes } = progress;
  assertEquals(progress.park(last, "no", AT), false);
  assertEquals([progress.isParked(last.actorId), progress.changes], [false, changes]);
  assertEquals(progress.record("").parked.length, 64);
  assertEquals(progress.park(events[0]!, "again", AT), true, "an actor that is parked already");
  progress.unpark("order.0");
  assertEquals([progress.park(last, "no", AT), progress.isParked(last.actorId)], [true, true]);
});

/** Parks actors with long errors until one is refused. Returns the first event whose actor is not parked. */
function fill(progress: LaneProgress, events: readonly RecordedEvent[]): RecordedEvent {
  const refused = events.find((event) => !progress.park(event, LONG, AT));
  assert(refused !== undefined && progress.record("").parked.length < MAX_PARKED - 10);
  return refused;
}

for (const extra of [0, 1]) {
  const title = extra === 0 ? "accepts a record of 49,152 bytes" : "refuses a record of one byte more";
  Deno.test(`LaneProgress.park() ${title}`, async () => {
    const events = await firstEvents(actorIdsOf(MAX_PARKED));
    const progress = newProgress();
    const event = fill(progress, events);
    const trial = newProgress(progress.record(""));
    assertEquals(trial.park(event, new Error(""), AT), true);
    const bytes = MAX_LANE_BYTES - bytesOf(trial) + extra;
    const error = new Error("€".repeat(Math.floor(bytes / 3)) + "x".repeat(bytes % 3));
    const before = bytesOf(progress);
    assertEquals(progress.park(event, error, AT), extra === 0);
    assertEquals(progress.isParked(event.actorId), extra === 0);
    assertEquals(bytesOf(progress), extra === 0 ? MAX_LANE_BYTES : before);
  });
}

Deno.test("LaneProgress.park() keeps the entry of a parked actor if a longer error would exceed the bound", async () => {
  const events = await firstEvents(actorIdsOf(MAX_PARKED));
  const progress = newProgress();
  assertEquals(progress.park(events[0]!, new Error("short"), AT), true);
  const rest = events.slice(events.indexOf(fill(progress, events.slice(1))));
  for (const event of rest) if (!progress.park(event, new Error("short"), AT)) break;
  assertEquals(progress.park(events[0]!, LONG, AT), false);
  assertEquals(progress.parkedEntry("order.0")?.error, "Error: short");
});

Deno.test("LaneProgress.record() contains the event that an operator has skipped", () => {
  const skipped = { actorId: "order.1", version: 3 };
  const progress = newProgress();
  progress.adopt({ ...NEW_LANE, edits: 1, skipped });
  assertEquals(progress.record("").skipped, skipped);
});
