/** `skip()` of events of a parked actor, and attempts that continue after changes by an operator. */
import { assertEquals } from "@std/assert";
import { consume, type ConsumeOptions, consumer, type FailureAction } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { until } from "../_support/until.ts";
import { appendTo, backendWith } from "./open_store.ts";

Deno.test("skip() restarts a lane that has stopped at an event of a redrive", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a", "a", "a");
  let action: FailureAction = "park";
  const handled: number[] = [];
  const options: ConsumeOptions = { name: "c", saveEvery: 0, onFailure: () => action, onError: () => {} };
  await using member = await consume(store, options, ({ version }) => {
    if (version === 1) throw new Error("no");
    handled.push(version);
  });
  await member.caughtUp();
  action = "stop";
  await member.redrive("a");
  await until("the lane has failed", async () => (await member.status()).lanes[0]?.state === "failed");
  await member.skip("a");
  await until("the actor is no longer parked", async () => (await member.parked()).length === 0);
  assertEquals([handled, (await member.status()).lanes[0]?.state], [[2, 3], "running"]);
});

Deno.test("skip() of a parked actor skips all of its expired events", async () => {
  await using backend = memory({ retention: { maxCommits: 10 } });
  const store = backend.store("test");
  let isBroken = true;
  const handled: number[] = [];
  const options: ConsumeOptions = { name: "c", saveEvery: 0, onFailure: () => "park", onError: () => {} };
  await using member = await consume(store, options, ({ actorId, version }) => {
    if (actorId !== "a") return;
    if (isBroken) throw new Error("no");
    handled.push(version);
  });
  await appendTo(store, "a", "a", "a", "a", "a");
  await member.caughtUp();
  for (let i = 0; i < 4; i++) {
    await appendTo(store, "b", "b", "b", "b", "b");
    await member.caughtUp();
  }
  await appendTo(store, "a", "a");
  await member.caughtUp();
  isBroken = false;
  await member.redrive("a");
  await until("the redrive has failed", async () => (await member.parked())[0]?.isRedriven === false);
  await member.skip("a");
  await until("the actor is no longer parked", async () => (await member.parked()).length === 0);
  assertEquals(handled, [6, 7]);
});

Deno.test("skip() of a parked actor whose last event has expired unparks the actor", async () => {
  await using backend = memory({ retention: { maxCommits: 3 } });
  const store = backend.store("test");
  const options: ConsumeOptions = { name: "c", saveEvery: 0, onFailure: () => "park", onError: () => {} };
  await using member = await consume(store, options, ({ actorId }) => {
    if (actorId === "a") throw new Error("no");
  });
  await appendTo(store, "a", "a");
  await member.caughtUp();
  for (let i = 0; i < 4; i++) {
    await appendTo(store, "b");
    await member.caughtUp();
  }
  await member.skip("a");
  await until("the actor is no longer parked", async () => (await member.parked()).length === 0);
});

Deno.test("redrive() and skip() read the records of the consumer once per attempt to store the change", async () => {
  let scans = 0;
  const conflicts: string[] = [];
  await using backend = backendWith(new MemoryDriver({}), ({ records }) => ({
    records: records && {
      isReplaceable: records.isReplaceable,
      scan(prefix, after, signal) {
        if (prefix === "consumers.c.") scans++;
        return records.scan(prefix, after, signal);
      },
      put(key, value, expected, signal) {
        return conflicts.pop() === undefined ? records.put(key, value, expected, signal) : undefined;
      },
      delete: records.delete.bind(records),
    },
  }));
  const store = backend.store("test");
  await appendTo(store, "a", "a");
  const member = await consume(store, { name: "c", onFailure: () => "park", onError: () => {} }, () => {
    throw new Error("no");
  });
  await member.caughtUp();
  await member.close();
  const control = consumer(store, "c");
  for (const change of ["redrive", "skip"] as const) {
    for (const attempts of [1, 2]) {
      if (attempts === 2) conflicts.push("put");
      scans = 0;
      await control[change]("a");
      assertEquals([change, scans], [change, attempts]);
    }
  }
  assertEquals((await control.parked()).map(({ version }) => version), [3]);
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
