import { assert, assertEquals, assertRejects } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { consume, type ConsumeOptions, consumer } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { health } from "@flowmade-one/aether/observability";
import { toStatus } from "../../src/consumers/consumer_status.ts";
import { type LaneRecord, NEW_LANE } from "../../src/consumers/lane_record.ts";
import { until } from "../_support/until.ts";
import { appendTo, SharedMemory } from "./open_store.ts";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

/** The record of a lane, its number of waiting events, the age of the oldest one, and the idle time of the lane. */
const rows: readonly (readonly [title: string, Partial<LaneRecord>, events: number, age: number, idle: number])[] = [
  ["no waiting event", { progressAt: NOW - HOUR }, 0, 0, 0],
  ["progress before the event was appended", { progressAt: NOW - 5 * HOUR }, 1, HOUR, HOUR],
  ["progress after the event was appended", { progressAt: NOW - 10 }, 1, HOUR, 10],
  ["a record without a time of progress", {}, 1, HOUR, HOUR],
  ["an event that is not due yet", { progressAt: NOW - 5 * HOUR, delay: 2 * HOUR }, 1, HOUR, 0],
  ["an event that became due now", { progressAt: NOW - 5 * HOUR, delay: HOUR }, 1, HOUR, 0],
  ["an event that became due an hour ago", { progressAt: NOW - 5 * HOUR, delay: 2 * HOUR }, 1, 3 * HOUR, HOUR],
  ["a record of a paused lane", { progressAt: NOW - 5 * HOUR, paused: true }, 1, HOUR, 0],
  ["an owner whose clock is ahead", { progressAt: NOW + HOUR }, 1, HOUR, 0],
];

for (const [title, record, events, milliseconds, idle] of rows) {
  Deno.test(`toStatus() shows an idle time of ${idle} ms for a lane with ${title}`, () => {
    const definition = { order: "log", paused: false, resumes: 0 } as const;
    const lag = { events, milliseconds, isComplete: true };
    const { lanes } = toStatus("mailer", definition, new Map(), [{ ...NEW_LANE, ...record }], [lag], NOW);
    assertEquals(lanes[0]?.idle, idle);
  });
}

/** A backend with events that were appended hours ago, and a consumer whose handler does not end. */
async function openLagging(options: Partial<ConsumeOptions> = {}) {
  const backend = memory({ now: () => Date.now() - 3 * HOUR });
  const store = backend.store("test");
  await appendTo(store, "a", "b");
  const blocked = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const member = await consume(store, { name: "mailer", ...options }, () => {
    started.resolve();
    return blocked.promise;
  });
  return {
    store,
    member,
    started: started.promise,
    check: () => health(backend, { consumers: [member] }),
    async [Symbol.asyncDispose]() {
      blocked.resolve();
      await member.close();
      await backend.close();
    },
  };
}

Deno.test("health() passes a consumer that has just started, although its events are old", async () => {
  await using scene = await openLagging();
  await scene.started;
  const { status, consumers: [mailer] } = await scene.check();
  assertEquals(status, "pass");
  assert(mailer!.waiting >= 3 * HOUR && mailer!.idle < HOUR);
});

Deno.test("health() passes a consumer that waits for the delay of its events", async () => {
  await using scene = await openLagging({ delay: 4 * HOUR });
  await until("the owner is stored", async () => (await scene.member.status()).lanes[0]?.state === "running");
  const { status, consumers: [mailer] } = await scene.check();
  assertEquals([status, mailer?.idle, mailer?.lag], ["pass", 0, 2]);
});

Deno.test("status() counts a reset as progress", async () => {
  await using scene = await openLagging();
  await scene.started;
  await scene.member.reset("start");
  assert((await consumer(scene.store, "mailer").status()).lanes[0]!.idle < HOUR);
});

Deno.test("status() rejects when its signal is aborted", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await using member = await consume(store, { name: "mailer" }, () => {});
  const error = await assertRejects(() => member.status({ signal: AbortSignal.abort() }));
  assert(isAetherError(error, "aborted"));
  const { lanes } = await member.status({ signal: new AbortController().signal });
  assertEquals(lanes.length, 1);
});
