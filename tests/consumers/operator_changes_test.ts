/** Changes by operators that a lane reads while it has changes of its own that are not saved yet. */
import { assertEquals } from "@std/assert";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { requestRedrive, resetTo, skipEvent } from "../../src/consumers/lane_edits.ts";
import { LaneProgress } from "../../src/consumers/lane_progress.ts";
import { CORRUPT_RECORD, decodeLane, type LaneRecord, NEW_LANE } from "../../src/consumers/lane_record.ts";
import { TestClock } from "../_support/test_clock.ts";
import { turns, until } from "../_support/until.ts";
import { appendTo, SharedMemory, storeAt } from "./open_store.ts";
import { PARKING, states } from "./control_fixtures.ts";

const FAILURE = { code: "stopped", message: "no", at: 1 };
const WORK = { actorId: "a", version: 3, type: "Made", attempt: 1, since: 1, error: "no" };
const PARKED = { actorId: "p", version: 1, eventId: "e", error: "no", at: 1 };
const STORED: LaneRecord = { ...NEW_LANE, parked: [PARKED] };

/** The changes of a lane since its record was stored. */
const unsaved: Record<string, (progress: LaneProgress) => void> = {
  "has started again": (progress) => progress.recovered(),
  "has stopped at the event": (progress) => {
    progress.working(WORK);
    progress.failed(FAILURE);
  },
  "has stopped at a later event": (progress) => {
    progress.working({ ...WORK, version: 4 });
    progress.failed(FAILURE);
  },
  "has stopped at a parked event": (progress) => {
    progress.working({ ...WORK, actorId: "p", version: 1 });
    progress.failed(FAILURE);
  },
};

const FAILED: LaneRecord = { ...STORED, failure: FAILURE, work: WORK };
const RETRYING: LaneRecord = { ...STORED, work: WORK };

type Edit = (record: LaneRecord) => LaneRecord | undefined;

const adoptions: readonly [title: string, stored: LaneRecord, change: string, edit: Edit, hasFailed: boolean][] = [
  ["redrive()", FAILED, "has started again", requestRedrive("p"), false],
  ["skip() of another actor", FAILED, "has started again", skipEvent("p", 1), false],
  ["redrive()", RETRYING, "has stopped at the event", requestRedrive("p"), true],
  ["skip() of another actor", RETRYING, "has stopped at the event", skipEvent("p", 1), true],
  ["skip()", RETRYING, "has stopped at the event", skipEvent("a", 1), false],
  ["skip() of an earlier event", FAILED, "has stopped at a later event", skipEvent("a", 1), true],
  ["skip() of the parked actor", STORED, "has stopped at a parked event", skipEvent("p", 1), false],
  ["reset()", STORED, "has stopped at the event", resetTo(undefined), false],
];

for (const [title, stored, change, edit, hasFailed] of adoptions) {
  Deno.test(`LaneProgress.adopt() of ${title} by a lane that ${change} ${hasFailed ? "keeps" : "shows no"} failure`, () => {
    const progress = new LaneProgress(stored, { delay: 0, wallTime: () => 2 });
    unsaved[change]!(progress);
    assertEquals(progress.adopt({ ...edit(stored)!, edits: 1 }), true);
    assertEquals(progress.failure, hasFailed ? FAILURE : undefined);
  });
}

Deno.test("LaneProgress.adopt() of a record that cannot be decoded stops the lane", () => {
  const progress = new LaneProgress({ ...STORED, edits: 1 }, { delay: 0, wallTime: () => 2 });
  progress.adopt(decodeLane(new TextEncoder().encode("{x")));
  assertEquals(progress.failure?.code, CORRUPT_RECORD);
});

Deno.test("LaneProgress.waitsFrom() keeps a later version that an operator has set", () => {
  const progress = new LaneProgress(STORED, { delay: 0, wallTime: () => 2 });
  let record = STORED;
  for (const version of [2, 3, 4]) {
    record = { ...skipEvent("p", 1)(record)!, edits: version };
    progress.adopt(record);
  }
  progress.waitsFrom("p", 2);
  assertEquals(progress.parkedEntry("p")?.version, 4);
  progress.waitsFrom("p", 5);
  assertEquals(progress.parkedEntry("p")?.version, 5);
});

Deno.test("redrive() after resume() does not stop the lane again before its next checkpoint", async () => {
  const clock = new TestClock();
  using _running = clock.run(100);
  await using shared = new SharedMemory();
  const store = shared.store();
  let isBroken = true;
  const handled: string[] = [];
  await using _member = await consume(storeAt(clock, shared.store()), {
    name: "c",
    saveEvery: 60_000,
    onFailure: ({ event }) => event.actorId === "parked" ? "park" : "stop",
    onError: () => {},
  }, ({ actorId }) => {
    if (isBroken) throw new Error("no");
    handled.push(actorId);
  });
  await appendTo(store, "parked", "stopped");
  const control = consumer(store, "c");
  await until("the lane has failed", async () => states(await control.status())[0] === "failed");
  isBroken = false;
  await control.resume();
  await until("the event is handled", () => handled.length === 1);
  assertEquals((await control.status()).lanes[0]!.failure, undefined);
  await control.redrive("parked");
  await appendTo(store, "later");
  await until("all events are handled", () => handled.length === 3);
  await until("the lane is running", async () => states(await control.status())[0] === "running");
});

Deno.test("skip() of events of a redriven actor applies to a lane that handles an earlier event", async () => {
  await using backend = memory();
  const store = backend.store("test");
  let isBroken = true;
  const handled: number[] = [];
  const mayEnd = Promise.withResolvers<void>();
  await using member = await consume(store, PARKING, async ({ version }) => {
    if (isBroken) throw new Error("no");
    handled.push(version);
    if (version === 1) await mayEnd.promise;
  });
  await appendTo(store, "a", "a", "a", "a", "a");
  await member.caughtUp();
  isBroken = false;
  await member.redrive("a");
  await until("the first event is handled", () => handled.length === 1);
  for (let i = 0; i < 3; i++) await member.skip("a");
  await turns();
  mayEnd.resolve();
  await until("the actor is no longer parked", async () => (await member.parked()).length === 0);
  assertEquals(handled, [1, 4, 5]);
});
