import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { consume, type ConsumeOptions, consumer, type ConsumerStatus } from "@flowmade-one/aether/consumers";
import type { RecordedEvent } from "@flowmade-one/aether";
import {
  AbortError,
  ClosedError,
  EventsExpiredError,
  InvalidArgumentError,
  UnknownPositionError,
} from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";
import { appendTo, SharedMemory } from "./open_store.ts";

/** Options that park an actor at its first failure, and save after each event. */
const PARKING: ConsumeOptions = { name: "c", saveEvery: 0, onFailure: () => "park", onError: () => {} };

/** A handler that records events. It fails for events of the actors in `failing`. */
function recorder(failing: Set<string>) {
  const handled: string[] = [];
  return {
    handled,
    handle: ({ actorId, version }: RecordedEvent) => {
      if (failing.has(actorId)) throw new Error(`no ${actorId}`);
      handled.push(`${actorId}${version}`);
    },
  };
}

const states = ({ lanes }: ConsumerStatus) => lanes.map(({ state }) => state);

for (const order of ["log", "actor"] as const) {
  Deno.test(`consumer() with order "${order}" parks an actor, and redrives its events in order`, async () => {
    await using shared = new SharedMemory();
    const store = shared.store();
    const failing = new Set(["a"]);
    const { handled, handle } = recorder(failing);
    await using _member = await consume(store, { ...PARKING, order }, handle);
    await appendTo(store, "a", "b", "a", "b");
    const control = consumer(shared.store(), "c");
    await control.caughtUp();
    assertEquals(handled, ["b1", "b2"]);
    const [parked, ...others] = await control.parked();
    assertEquals([parked?.actorId, parked?.version, parked?.error, parked?.isRedriven], ["a", 1, "Error: no a", false]);
    assertEquals(others, []);
    failing.clear();
    await control.redrive("a");
    await until("the actor is no longer parked", async () => (await control.parked()).length === 0);
    await appendTo(store, "a");
    await control.caughtUp();
    assertEquals(handled, ["b1", "b2", "a1", "a2", "a3"]);
  });
}

Deno.test("consume() parks 64 actors of a lane, and retries the event of a 65th until one is unparked", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const actors = Array.from({ length: 66 }, (_, i) => `a${i}`);
  const failing = new Set(actors.slice(0, 65));
  const { handled, handle } = recorder(failing);
  await using _member = await consume(store, { ...PARKING, backoff: () => 1 }, handle);
  await appendTo(store, ...actors);
  const control = consumer(store, "c");
  await until("the 65th actor is retried", async () => states(await control.status())[0] === "retrying");
  const { lanes: [lane] } = await control.status();
  assertEquals([lane!.parked, lane!.work?.actorId, handled], [64, "a64", []]);
  failing.delete("a0");
  await control.redrive("a0");
  await control.caughtUp();
  assertEquals(handled, ["a01", "a651"]);
  assertEquals((await control.parked()).map(({ actorId }) => actorId).toSorted(), [...failing].toSorted());
});

Deno.test("redrive() parks the actor again at the event whose handler fails again", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const handled: number[] = [];
  let failsAt = [1, 3];
  await using member = await consume(store, PARKING, ({ version }) => {
    if (failsAt.includes(version)) throw new Error("no");
    handled.push(version);
  });
  await appendTo(store, "a", "a", "a", "a");
  await member.caughtUp();
  failsAt = [3];
  await member.redrive("a");
  await until("the actor is parked again", async () => (await member.parked())[0]?.version === 3);
  assertEquals((await member.parked())[0]!.isRedriven, false);
  failsAt = [];
  await member.redrive("a");
  await until("the actor is no longer parked", async () => (await member.parked()).length === 0);
  assertEquals(handled, [1, 2, 3, 4]);
});

Deno.test("skip() skips the first event of a parked actor, and redrives the later ones", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const handled: number[] = [];
  await using member = await consume(store, PARKING, ({ version }) => {
    if (version === 1) throw new Error("no");
    handled.push(version);
  });
  await appendTo(store, "a", "a", "a");
  await member.caughtUp();
  await member.skip("a");
  await until("the actor is no longer parked", async () => (await member.parked()).length === 0);
  assertEquals(handled, [2, 3]);
});

for (const action of ["retry", "stop"] as const) {
  Deno.test(`skip() skips an event whose failure leads to "${action}"`, async () => {
    await using backend = memory();
    const store = backend.store("test");
    const handled: string[] = [];
    const options: ConsumeOptions = { ...PARKING, onFailure: () => action, backoff: () => 1 };
    await using member = await consume(store, options, ({ actorId }) => {
      if (actorId === "a") throw new Error("no a");
      handled.push(actorId);
    });
    await appendTo(store, "a", "b");
    const state = action === "retry" ? "retrying" : "failed";
    await until("the lane retries or has failed", async () => states(await member.status())[0] === state);
    const [lane] = (await member.status()).lanes;
    assertEquals([lane?.work?.actorId, lane?.work?.version, lane?.work?.error], ["a", 1, "Error: no a"]);
    assertEquals(lane?.failure?.code, action === "stop" ? "stopped" : undefined);
    assertEquals([lane?.lag.events, lane?.lag.isComplete], [2, true]);
    await member.skip("a");
    await member.caughtUp();
    assertEquals(handled, ["b"]);
    assertEquals(states(await member.status()), ["running"]);
  });
}

Deno.test("resume() restarts a lane that has stopped", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const failing = new Set(["a"]);
  const { handled, handle } = recorder(failing);
  await using member = await consume(store, { ...PARKING, onFailure: () => "stop" }, handle);
  await appendTo(store, "a", "b");
  await until("the lane has failed", async () => states(await member.status())[0] === "failed");
  failing.clear();
  await member.resume();
  await member.caughtUp();
  assertEquals(handled, ["a1", "b1"]);
});

Deno.test("consume() skips an event for good if onFailure returns skip", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const { handled, handle } = recorder(new Set(["a"]));
  await using member = await consume(store, { ...PARKING, onFailure: () => "skip" }, handle);
  await appendTo(store, "a", "b");
  await member.caughtUp();
  assertEquals([handled, await member.parked()], [["b1"], []]);
});

Deno.test("pause() stops the handling of events in another process until resume()", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  const { handled, handle } = recorder(new Set());
  await using _member = await consume(shared.store(), { ...PARKING, order: "actor" }, handle);
  await appendTo(store, "a");
  const control = consumer(store, "c");
  await control.caughtUp();
  await control.pause();
  await until("all lanes are paused", async () => states(await control.status()).every((state) => state === "paused"));
  await appendTo(store, "b", "c", "d");
  assertEquals((await control.status()).paused, true);
  await assertRejects(() => control.caughtUp({ signal: AbortSignal.timeout(300) }), AbortError, "was aborted");
  assertEquals(handled, ["a1"]);
  await control.resume();
  await control.caughtUp();
  assertEquals(handled.toSorted(), ["a1", "b1", "c1", "d1"]);
});

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

Deno.test("reached() resolves only after the events up to a position are handled", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const mayEnd = Promise.withResolvers<void>();
  await using member = await consume(store, { ...PARKING, order: "actor" }, () => mayEnd.promise);
  const { position } = await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  let isReached = false;
  const reached = member.reached(position).then(() => isReached = true);
  assertEquals((await member.status()).lanes.reduce((sum, { lag }) => sum + lag.events, 0), 1);
  assertEquals(isReached, false);
  mayEnd.resolve();
  await reached;
  assertEquals(isReached, true);
});

Deno.test("forget() refuses a consumer with members, and deletes one without", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  const { handled, handle } = recorder(new Set());
  const member = await consume(shared.store(), PARKING, handle);
  await member.caughtUp();
  const control = consumer(store, "c");
  await assertRejects(() => control.forget(), InvalidArgumentError, `it has members: ${member.member}`);
  await member.close();
  await control.forget();
  await assertRejects(() => control.status(), InvalidArgumentError, "it does not exist");
  await using _again = await consume(shared.store(), { ...PARKING, order: "actor" }, handle);
  await control.caughtUp();
  assertEquals(handled, ["a1", "a1"]);
});

Deno.test("status() shows members, the owner and the filter", async () => {
  await using shared = new SharedMemory();
  await using one = await consume(shared.store(), { ...PARKING, types: ["Made"], actors: "a.*" }, () => {});
  await one.caughtUp();
  await until("the lane is owned", () => one.owned.length === 1);
  const control = consumer(shared.store(), "c");
  const { members, lanes, types, actors, order } = await control.status();
  assertEquals([members, lanes[0]!.owner, types, actors, order], [[one.member], one.member, ["Made"], "a.*", "log"]);
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

Deno.test("consumer() refuses invalid arguments", async () => {
  await using backend = memory();
  const store = backend.store("test");
  assertThrows(() => consumer(store, "a.b"), InvalidArgumentError, "1 to 64 characters");
  assertThrows(() => consumer({} as typeof store, "c"), InvalidArgumentError, "an event store");
  const missing = consumer(store, "missing");
  for (const call of [() => missing.pause(), () => missing.reset("now"), () => missing.forget()]) {
    await assertRejects(call, InvalidArgumentError, "it does not exist");
  }
  await using member = await consume(store, PARKING, () => {});
  await assertRejects(() => member.redrive("a"), InvalidArgumentError, 'no event of the actor "a" waits');
  await assertRejects(() => member.skip("a"), InvalidArgumentError, 'no event of the actor "a" waits');
  await assertRejects(() => member.reset("end" as "now"), InvalidArgumentError, "oldest-available");
  await assertRejects(() => member.caughtUp({ until: 1 } as object), InvalidArgumentError, "no option");
  const other = await memory().store("test").append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await assertRejects(() => member.reached(other.position), UnknownPositionError);
  await assertRejects(() => member.reset(other.position), UnknownPositionError);
  await store.close();
  assertThrows(() => consumer(store, "c"), ClosedError);
  await assertRejects(() => missing.status(), ClosedError);
});
