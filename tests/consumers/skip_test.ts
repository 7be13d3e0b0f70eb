/** `skip()` of events of parked actors and of stopped lanes. */
import { assert, assertEquals } from "@std/assert";
import { consume, type ConsumeOptions, consumer, type FailureAction } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { prefixOf } from "../../src/consumers/consumer_keys.ts";
import { until } from "../_support/until.ts";
import { appendTo, backendWith } from "./open_store.ts";
import { TTL } from "./simulation/join_world.ts";
import { PARKING, states } from "./control_fixtures.ts";
import { ownerOf, twoProcesses } from "./simulation/two_processes.ts";

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
  let conflicts = 0;
  await using backend = backendWith(new MemoryDriver({}), ({ records }) => ({
    records: records && {
      isReplaceable: records.isReplaceable,
      scan(prefix, after, signal) {
        if (prefix === prefixOf("c")) scans++;
        return records.scan(prefix, after, signal);
      },
      put(key, value, expected, signal) {
        return conflicts-- > 0 ? undefined : records.put(key, value, expected, signal);
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
      conflicts = attempts - 1;
      scans = 0;
      await control[change]("a");
      assertEquals([change, scans], [change, attempts]);
    }
  }
  assertEquals((await control.parked()).map(({ version }) => version), [3]);
});

Deno.test("skip() of an event applies to the process that takes over the lane", async () => {
  const world = await twoProcesses(0);
  world.handling = () => -1;
  world.log.append("actor.1", 1, world.time.now);
  const owner = ownerOf(world);
  await world.runUntil(4_300);
  assert(world.oracle.calls > 1, "the event is retried");
  world.handling = () => 20 * TTL;
  await world.runUntil(8_000);
  const { calls } = world.oracle;
  await world.control.skip("actor.1");
  // The owner saves the lane while its handler still runs.
  await world.runUntil(9_000);
  world.handling = () => 0;
  world.kill(owner);
  await world.runUntil(9_000 + 3 * TTL);
  assertEquals(world.oracle.calls, calls);
  // The oracle does not know of the skipped event.
  assert(world.oracle.violations[0]?.includes("past actor.1@1"), "no process has taken over the lane");
});
