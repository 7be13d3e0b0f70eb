import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { toStatus } from "../../src/consumers/consumer_status.ts";
import { type AttemptsContext, EventAttempts } from "../../src/consumers/event_attempts.ts";
import { LaneProgress } from "../../src/consumers/lane_progress.ts";
import { type LaneRecord, NEW_LANE } from "../../src/consumers/lane_record.ts";
import { partsOfLog } from "../../src/store/log_handle.ts";
import { TestClock } from "../_support/test_clock.ts";

const OWNER = "sessions.one~1";
const FAILURE = { code: "stopped", message: "no", at: 1 };
const WORK = { actorId: "order.1", version: 1, type: "Made", attempt: 1, since: 1 };

/** The status of a lane that a process owns. */
function statusOf(record: LaneRecord) {
  const definition = { order: "log", paused: false, resumes: 0 } as const;
  const lag = { events: 0, milliseconds: 0 };
  return toStatus("c", definition, new Map([[OWNER, "one"]]), [record], [lag as never], 0).lanes[0]!;
}

const states: readonly [record: Partial<LaneRecord>, state: string][] = [
  [{}, "running"],
  [{ work: WORK }, "busy"],
  [{ work: { ...WORK, error: "Error: no" } }, "retrying"],
  [{ work: WORK, failure: FAILURE }, "failed"],
  [{ work: WORK, failure: FAILURE, paused: true }, "paused"],
  [{ work: WORK, owner: "sessions.gone~1" }, "unowned"],
  [{ owner: "" }, "unowned"],
];

for (const [record, state] of states) {
  Deno.test(`toStatus() shows ${JSON.stringify(record)} as "${state}"`, () => {
    assertEquals(statusOf({ ...NEW_LANE, owner: OWNER, ...record }).state, state);
  });
}

/** The context of attempts for the events of a new store. */
async function openContext(clock: TestClock) {
  const store = memory().store("test");
  const { events } = await store.append("order.1", [{ type: "Made", data: 1 }], { expectedVersion: 0 });
  const progress = new LaneProgress(NEW_LANE, { delay: 0, wallTime: () => clock.wallTime() });
  const { signal } = new AbortController();
  const context: Omit<AttemptsContext, "handler"> = {
    options: { onFailure: () => "retry", backoff: () => 0 },
    environment: clock,
    progress,
    shared: { consumer: "c", log: partsOfLog(store.logHandle)!.log, signal, token: 1, observer: undefined },
    isHeld: () => true,
    onChange: () => {},
    report: () => {},
  };
  return { event: events![0]!, progress, context, signal };
}

Deno.test("EventAttempts.handle() shows a handler as busy only after 5 seconds", async () => {
  const clock = new TestClock();
  const { event, progress, context, signal } = await openContext(clock);
  const handler = Promise.withResolvers<void>();
  let changes = 0;
  const attempts = new EventAttempts({ ...context, handler: () => handler.promise, onChange: () => changes++ });
  const since = clock.wallTime();
  const handling = attempts.handle(event, signal);
  clock.pass(4_999);
  assertEquals([changes, statusOf(progress.record(OWNER)).state], [0, "running"]);
  clock.pass(1);
  const { state, work } = statusOf(progress.record(OWNER));
  assertEquals([changes, state], [1, "busy"]);
  assertEquals(work, { actorId: "order.1", version: 1, type: "Made", attempt: 1, since, error: undefined });
  handler.resolve();
  assertEquals(await handling, true);
  progress.passed(event);
  assertEquals(statusOf(progress.record(OWNER)).state, "running");
  attempts.stop();
});

Deno.test("EventAttempts.handle() does not call the handler for a skipped event, and drops its earlier attempts", async () => {
  const { event, progress, context, signal } = await openContext(new TestClock());
  const calls: number[] = [];
  const attempts = new EventAttempts({
    ...context,
    handler: (_, { attempt }) => {
      calls.push(attempt);
      throw new Error("no");
    },
  });
  const handleOnce = () => attempts.handle(event, AbortSignal.abort());
  assertEquals([await handleOnce(), await handleOnce(), calls], [false, false, [1, 2]]);
  const { actorId, version } = event;
  progress.adopt({ ...progress.record(OWNER), edits: 1, skipped: { actorId, version } });
  assertEquals([attempts.handle(event, signal), calls], [true, [1, 2]]);
  progress.adopt({ ...progress.record(OWNER), edits: 2, skipped: undefined });
  assertEquals([await handleOnce(), calls], [false, [1, 2, 1]]);
  attempts.stop();
});
