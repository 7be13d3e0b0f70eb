import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { AbortError, ClosedError, InvalidArgumentError, UnknownPositionError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { prefixOf } from "../../src/consumers/consumer_keys.ts";
import { until } from "../_support/until.ts";
import { appendTo, SharedMemory } from "./open_store.ts";
import { PARKING, recorder, states } from "./control_fixtures.ts";

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
  let scans = 0;
  const { records } = shared.driver.open(store.namespace);
  const { scan } = records;
  records.scan = (prefix, after) => {
    if (prefix === prefixOf("c")) scans++;
    return scan.call(records, prefix, after);
  };
  const controller = new AbortController();
  const waiting = assertRejects(() => control.caughtUp({ signal: controller.signal }), AbortError, "was aborted");
  await until("the call has read the records 8 times", () => scans >= 8);
  controller.abort();
  await waiting;
  assertEquals(handled, ["a1"]);
  await control.resume();
  await control.caughtUp();
  assertEquals(handled.toSorted(), ["a1", "b1", "c1", "d1"]);
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

Deno.test("status() shows members, the owner and the filter", async () => {
  await using shared = new SharedMemory();
  await using one = await consume(shared.store(), { ...PARKING, types: ["Made"], actors: "a.*" }, () => {});
  await one.caughtUp();
  await until("the lane is owned", () => one.owned.length === 1);
  const control = consumer(shared.store(), "c");
  const { members, lanes, types, actors, order } = await control.status();
  assertEquals([members, lanes[0]!.owner, types, actors, order], [[one.member], one.member, ["Made"], "a.*", "log"]);
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
  for (const change of [(id: unknown) => member.redrive(id as string), (id: unknown) => member.skip(id as string)]) {
    await assertRejects(() => change(undefined), InvalidArgumentError, "actorId is missing");
    await assertRejects(() => change(Symbol("a")), InvalidArgumentError, "actorId must be the id of an actor");
  }
  await assertRejects(() => member.reset("end" as "now"), InvalidArgumentError, "oldest-available");
  await assertRejects(() => member.caughtUp({ until: 1 } as object), InvalidArgumentError, "no option");
  const other = await memory().store("test").append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await assertRejects(() => member.reached(other.position), UnknownPositionError);
  await assertRejects(() => member.reset(other.position), UnknownPositionError);
  await store.close();
  assertThrows(() => consumer(store, "c"), ClosedError);
  await assertRejects(() => missing.status(), ClosedError);
});

Deno.test("consume() stores that a lane has started again before its new owner handles an event", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  const options = { ...PARKING, onFailure: () => "stop" as const };
  const control = consumer(store, "c");
  const first = await consume(shared.store(), options, () => {
    throw new Error("no a");
  });
  await until("the lane has failed", async () => states(await control.status())[0] === "failed");
  await first.close();
  const seen = Promise.withResolvers<string[]>();
  await using _second = await consume(shared.store(), options, async () => {
    seen.resolve(states(await control.status()));
  });
  assertEquals(await seen.promise, ["running"]);
});
