/** Repeated calls of a handler that fails. */
import { assertEquals } from "@std/assert";
import { consume, type ConsumeOptions } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";
import { appendTo } from "./open_store.ts";

Deno.test("consume() calls a handler again after a failure, before it handles a later event", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a", "b");
  const calls: string[] = [];
  const errors: unknown[] = [];
  const options: ConsumeOptions = {
    name: "c",
    backoff: () => 1,
    onError: (error, event) => errors.push([error, event?.actorId]),
  };
  await using _consumer = await consume(store, options, (event, { attempt }) => {
    calls.push(`${event.actorId}${attempt}`);
    if (event.actorId === "a" && attempt < 3) throw new RangeError("not yet");
  });
  await until("both events are handled", () => calls.includes("b1"));
  assertEquals(calls, ["a1", "a2", "a3", "b1"]);
  assertEquals(errors.length, 2);
  assertEquals((errors[0] as unknown[])[1], "a");
});

Deno.test("consume() parks an event after its last attempt although an operator redrives another actor meanwhile", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "parked", "a");
  const attempts: number[] = [];
  const options: ConsumeOptions = {
    name: "c",
    saveEvery: 0,
    backoff: () => 600_000,
    onFailure: ({ event, attempt }) => event.actorId === "parked" || attempt === 4 ? "park" : "retry",
    onError: () => {},
  };
  await using member = await consume(store, options, ({ actorId }, { attempt }) => {
    if (actorId === "a") attempts.push(attempt);
    throw new Error("no");
  });
  for (let attempt = 1; attempt < 4; attempt++) {
    await until("the attempt is made", () => attempts.length === attempt);
    await member.redrive("parked");
  }
  await member.caughtUp();
  assertEquals(attempts, [1, 2, 3, 4]);
  assertEquals((await member.parked()).map(({ actorId }) => actorId).toSorted(), ["a", "parked"]);
});

Deno.test("consume() begins with attempt 1 after a reset", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a");
  const attempts: number[] = [];
  const options: ConsumeOptions = { name: "c", saveEvery: 0, backoff: () => 600_000, onError: () => {} };
  await using member = await consume(store, options, (_event, { attempt }) => {
    attempts.push(attempt);
    throw new Error("no");
  });
  await until("the first attempt is made", () => attempts.length === 1);
  await member.reset("start");
  await until("the second attempt is made", () => attempts.length === 2);
  assertEquals(attempts, [1, 1]);
});
