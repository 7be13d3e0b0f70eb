/** Parked actors, and the redrive of their events. */
import { assertEquals } from "@std/assert";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";
import { appendTo, SharedMemory } from "./open_store.ts";
import { PARKING, recorder, states } from "./control_fixtures.ts";

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
