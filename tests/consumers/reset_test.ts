/** `reset()` of consumers with and without running processes. */
import { assertEquals } from "@std/assert";
import { consume, type ConsumeOptions, consumer } from "@flowmade-one/aether/consumers";
import { EventsExpiredError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";
import { appendTo, SharedMemory } from "./open_store.ts";
import { PARKING, recorder, states } from "./control_fixtures.ts";

const resets: readonly [to: "start" | "now" | "oldest-available" | "first", handled: readonly string[]][] = [
  ["start", ["a1", "b1", "c1"]],
  ["now", []],
  ["oldest-available", ["a1", "b1", "c1"]],
  ["first", ["b1", "c1"]],
];
for (const [to, expected] of resets) {
  Deno.test(`reset() to ${to === "first" ? "the first event" : `"${to}"`} handles ${expected.length} events again`, async () => {
    await using backend = memory();
    const store = backend.store("test");
    const { handled, handle } = recorder(new Set());
    await using member = await consume(store, { ...PARKING, from: "start" }, handle);
    await appendTo(store, "a", "b", "c");
    await member.caughtUp();
    handled.length = 0;
    const [first] = await store.readAll({ limit: 1 }).toArray();
    await member.reset(to === "first" ? first!.position : to);
    await appendTo(store, "d");
    await member.caughtUp();
    await until("all events are handled", () => [...expected, "d1"].every((event) => handled.includes(event)));
    // The owner may have handled "d1" before it read the new mark, and then again.
    assertEquals(handled.filter((event) => event !== "d1"), expected);
  });
}

Deno.test('reset() to "start" of a consumer with from "now" handles all events', async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a", "b");
  const { handled, handle } = recorder(new Set());
  await using member = await consume(store, { ...PARKING, from: "now" }, handle);
  await member.caughtUp();
  assertEquals(handled, []);
  await member.reset("start");
  await until("all events are handled", () => handled.length === 2);
  assertEquals(handled, ["a1", "b1"]);
});

Deno.test("reset() removes parked actors, and also changes lanes without an owner", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a", "b");
  const failing = new Set(["a"]);
  const { handled, handle } = recorder(failing);
  const options: ConsumeOptions = { ...PARKING, order: "actor" };
  const first = await consume(store, options, handle);
  await first.caughtUp();
  await first.close();
  const control = consumer(store, "c");
  assertEquals(new Set(states(await control.status())), new Set(["unowned"]));
  failing.clear();
  await control.reset("start");
  assertEquals(await control.parked(), []);
  await using second = await consume(store, options, handle);
  await second.caughtUp();
  assertEquals(handled, ["b1", ...handled.slice(1)]);
  assertEquals(handled.slice(1).toSorted(), ["a1", "b1"]);
});

Deno.test("consume() stops a lane at an expired event until reset()", async () => {
  await using backend = memory({ retention: { maxCommits: 2 } });
  const store = backend.store("test");
  await appendTo(store, "a", "b", "c", "d");
  const { handled, handle } = recorder(new Set());
  const errors: unknown[] = [];
  await using member = await consume(store, { ...PARKING, onError: (error) => errors.push(error) }, handle);
  await until("the lane has failed", async () => states(await member.status())[0] === "failed");
  const [lane] = (await member.status()).lanes;
  assertEquals([lane?.failure?.code, lane?.lag.events], ["events-expired", 2]);
  assertEquals(errors.length, 1);
  assertEquals(errors[0] instanceof EventsExpiredError, true);
  await member.reset("oldest-available");
  await member.caughtUp();
  assertEquals(handled, ["c1", "d1"]);
});

Deno.test('reset() to "start" applies to a process that starts later', async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a", "b");
  const handled: string[] = [];
  const start = () => consume(store, { name: "c", from: "now" }, ({ actorId }) => void handled.push(actorId));
  await (await start()).close();
  await consumer(store, "c").reset("start");
  await using member = await start();
  await member.caughtUp();
  assertEquals(handled, ["a", "b"]);
});
