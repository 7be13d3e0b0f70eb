import { assertEquals } from "@std/assert";
import { consume } from "@flowmade-one/aether/consumers";
import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { TestClock } from "../_support/test_clock.ts";
import { until } from "../_support/until.ts";
import { appendTo, SharedMemory, storeAt } from "./open_store.ts";

for (const order of ["log", "actor"] as const) {
  Deno.test(`consume() with order "${order}" handles stored and new events once, in order`, async () => {
    await using shared = new SharedMemory();
    const store = shared.store();
    await appendTo(store, "a", "b", "a");
    const handled: string[] = [];
    await using consumer = await consume(store, { name: "c", order }, (event) => {
      handled.push(`${event.actorId}${event.version}`);
    });
    await until("the stored events are handled", () => handled.length === 3);
    await appendTo(store, "b", "a");
    await until("the new events are handled", () => handled.length === 5);
    if (order === "log") assertEquals(handled, ["a1", "b1", "a2", "b2", "a3"]);
    for (const actor of ["a", "b"]) {
      const versions = handled.filter((event) => event[0] === actor);
      assertEquals(versions, versions.map((_, i) => `${actor}${i + 1}`));
    }
    assertEquals(consumer.owned.length, order === "log" ? 1 : 16);
  });

  Deno.test(`consume() with order "${order}" repeats no event after close()`, async () => {
    await using shared = new SharedMemory();
    const store = shared.store();
    await appendTo(store, "a", "b", "c", "d", "a");
    const handled: string[] = [];
    const handler = async ({ actorId, version }: { actorId: string; version: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      handled.push(`${actorId}${version}`);
    };
    const options = { name: "c", order, saveEvery: 60_000 };
    const first = await consume(store, options, handler);
    await until("some events are handled", () => handled.length >= 2);
    await first.close();
    await using _second = await consume(shared.store(), options, handler);
    await until("all events are handled", () => handled.length >= 5);
    assertEquals(handled.toSorted(), ["a1", "a2", "b1", "c1", "d1"]);
  });
}

Deno.test("consume() shares the lanes among processes, and close() hands lanes over", async () => {
  const clock = new TestClock();
  using _running = clock.run(10);
  await using shared = new SharedMemory();
  const store = shared.store();
  const handled: string[] = [];
  const start = (process: string) =>
    consume(storeAt(clock, shared.store()), { name: "c", order: "actor", ttl: 1_000 }, ({ actorId }) => {
      handled.push(`${process} ${actorId}`);
    });
  const one = await start("one");
  await until("one owns all lanes", () => one.owned.length === 16);
  await using two = await start("two");
  await until("both own 8 lanes", () => one.owned.length === 8 && two.owned.length === 8);
  const actors = Array.from({ length: 50 }, (_, i) => `a${i}`);
  await appendTo(store, ...actors);
  await until("all events are handled", () => handled.length === 50);
  assertEquals(handled.map((line) => line.split(" ")[1]!).toSorted(), actors.toSorted());
  assertEquals(new Set(handled.map((line) => line.split(" ")[0]!)).size, 2);
  await one.close();
  await until("two owns all lanes", () => two.owned.length === 16);
  await appendTo(store, ...actors);
  await until("all new events are handled", () => handled.length === 100);
});

Deno.test("consume() skips events that the filter does not cover", async () => {
  await using backend = memory();
  const store = backend.store("test");
  for (const [actorId, type] of [["a.1", "Made"], ["b.1", "Made"], ["a.1", "Used"], ["a.2", "Made"]] as const) {
    await store.append(actorId, [{ type, data: {} }], { expectedVersion: "any" });
  }
  const handled: string[] = [];
  await using _consumer = await consume(store, { name: "c", types: ["Made"], actors: "a.*" }, (event) => {
    handled.push(event.actorId);
  });
  await until("two events are handled", () => handled.length === 2);
  assertEquals(handled, ["a.1", "a.2"]);
});

Deno.test('consume() with from "now" starts after the last event, also in a process that joins later', async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  const handled: number[] = [];
  const options = { name: "c", from: "now" } as const;
  await (await consume(store, options, ({ version }) => void handled.push(version))).close();
  await appendTo(store, "a");
  await using _consumer = await consume(shared.store(), options, ({ version }) => void handled.push(version));
  await appendTo(store, "a");
  await until("two events are handled", () => handled.length === 2);
  assertEquals(handled, [2, 3]);
});

Deno.test("consume() with a position as from starts in the middle of a commit", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const { events: stored } = await store.append("a", ["x", "y", "z"].map((type) => ({ type, data: 1 })), {
    expectedVersion: 0,
  });
  const handled: string[] = [];
  await using _consumer = await consume(store, { name: "c", from: stored![0]!.position }, ({ type }) => {
    handled.push(type);
  });
  await until("two events are handled", () => handled.length === 2);
  assertEquals(handled, ["y", "z"]);
});

Deno.test("consume() handles an event only when it is as old as delay requires", async () => {
  let now = 1_000_000_000_000;
  await using backend = memory({ now: () => now });
  const store = backend.store("test");
  now = Date.now() - 59_900;
  await appendTo(store, "old");
  const ages: number[] = [];
  await using _consumer = await consume(store, { name: "c", delay: 60_000 }, ({ timestamp }) => {
    ages.push(Date.now() - timestamp);
  });
  await until("the event is handled", () => ages.length === 1);
  assertEquals(ages[0]! >= 60_000, true);
});

Deno.test("consume() infers the events of the store", async () => {
  await using backend = memory();
  const store = backend.store("test", events<{ Placed: { total: number }; Shipped: { at: string } }>());
  await store.append("a", [{ type: "Placed", data: { total: 12 } }], { expectedVersion: 0 });
  const totals: number[] = [];
  await using _consumer = await consume(store, { name: "c", types: ["Placed"] }, (event) => {
    if (event.type === "Placed") totals.push(event.data.total);
  });
  await until("the event is handled", () => totals.length === 1);
  assertEquals(totals, [12]);
});

Deno.test("consume() keeps consumers of one name in two namespaces separate", async () => {
  await using shared = new SharedMemory();
  const handled: string[] = [];
  const namespaces = ["one", "two"];
  for (const namespace of namespaces) await appendTo(shared.store(namespace), "a");
  const consumers = await Promise.all(
    namespaces.map((namespace) =>
      consume(shared.store(namespace), { name: "c" }, (event) => {
        handled.push(`${namespace} handles ${event.namespace}`);
      })
    ),
  );
  await until("both consumers have handled an event", () => handled.length >= 2);
  for (const consumer of consumers) await consumer.close();
  assertEquals(handled.toSorted(), ["one handles one", "two handles two"]);
  assertEquals(shared.driver.records.scan("", 0).entries, []);
});
