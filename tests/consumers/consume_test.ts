import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { consume, type ConsumeOptions, consumer } from "@flowmade-one/aether/consumers";
import { events, type Position } from "@flowmade-one/aether";
import {
  ClosedError,
  InvalidArgumentError,
  InvalidPatternError,
  TooLargeError,
  UnknownPositionError,
  UnsupportedStorageError,
} from "@flowmade-one/aether/errors";
import { createBackend, partitionOf, PARTITIONS, type Records } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { laneKey } from "../../src/consumers/consumer_keys.ts";
import { atOnce, until, untilAborted } from "../_support/until.ts";
import { appendTo, SharedMemory } from "./open_store.ts";

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
  await using shared = new SharedMemory();
  const store = shared.store();
  const handled: string[] = [];
  const start = (process: string) =>
    consume(shared.store(), { name: "c", order: "actor", ttl: 1_000 }, ({ actorId }) => {
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

Deno.test({
  name: "Consumer.close() releases lanes whose acquisition is stored after the call, and resolves",
  timeout: 60_000,
  async fn() {
    await using shared = new SharedMemory();
    const store = shared.store();
    const { records } = shared.driver.open(store.namespace);
    const options = { name: "c", order: "actor", ttl: 1_000 } as const;
    const handlerMayEnd = Promise.withResolvers<void>();
    let isHandling = false;
    const one = await consume(shared.store(), options, async () => {
      isHandling = true;
      await handlerMayEnd.promise;
    });
    await until("one owns all lanes", () => one.owned.length === 16);
    const two = await consume(shared.store(), options, () => {});
    await until("both own 8 lanes", () => one.owned.length === 8 && two.owned.length === 8);
    const actor = Array.from({ length: 50 }, (_, i) => `a${i}`).find((id) =>
      one.owned.includes(partitionOf(id, PARTITIONS))
    )!;
    await appendTo(store, actor);
    await until("one handles an event", () => isHandling);

    const owned = new Set(one.owned.map((lane) => laneKey("c", lane)));
    const putMayContinue = Promise.withResolvers<void>();
    /** The keys of the lanes whose acquisition waits. */
    const delayed = new Set<string>();
    let scans = 0;
    const { put, scan } = records;
    Object.assign(records, {
      put: async (...[key, value, revision]: Parameters<typeof put>) => {
        const isAcquisition = new TextDecoder().decode(value).includes(one.member) && !key.startsWith("sessions.");
        if (isAcquisition && !owned.has(key)) {
          delayed.add(key);
          await putMayContinue.promise;
        }
        return put.call(records, key, value, revision);
      },
      scan: (...range: Parameters<typeof scan>) => {
        scans++;
        return scan.call(records, ...range);
      },
    });
    await two.close();
    await until("one takes the lanes of two", () => delayed.size === 8);
    const closing = one.close();
    putMayContinue.resolve();
    const before = scans;
    await until("one has read the records", () => scans > before + 2);
    handlerMayEnd.resolve();
    await closing;
    const { lanes } = await consumer(store, "c").status();
    assertEquals(lanes.map(({ state }) => state), lanes.map(() => "unowned"));
  },
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

// deno-lint-ignore no-explicit-any
type ErrorClass = new (...args: any[]) => Error;

const refused: readonly [title: string, options: object, error: ErrorClass, message: string][] = [
  ["no name", {}, InvalidArgumentError, "name is missing"],
  ["a name with a dot", { name: "a.b" }, InvalidArgumentError, "1 to 64 characters"],
  ["an empty name", { name: "" }, InvalidArgumentError, "1 to 64 characters"],
  ["a name of 65 characters", { name: "a".repeat(65) }, InvalidArgumentError, "1 to 64 characters"],
  ["an unknown option", { name: "c", filter: [] }, InvalidArgumentError, 'no option "filter"'],
  ["an unknown order", { name: "c", order: "any" }, InvalidArgumentError, '"log" or "actor"'],
  ["types of 65,001 bytes", { name: "c", types: manyTypes(1) }, TooLargeError, "65001 bytes, and the limit is 65000"],
  ["no types", { name: "c", types: [] }, InvalidArgumentError, "types"],
  ["a wrong pattern", { name: "c", actors: "a..b" }, InvalidPatternError, "a..b"],
  ["a wrong start", { name: "c", from: "end" }, InvalidArgumentError, '"start" or "now"'],
  ["a negative delay", { name: "c", delay: -1 }, InvalidArgumentError, "delay"],
  ["a delay of more than a year", { name: "c", delay: 31_536_000_001 }, InvalidArgumentError, "delay"],
  ["a ttl below a second", { name: "c", ttl: 999 }, InvalidArgumentError, "ttl"],
  ["a saveEvery above a minute", { name: "c", saveEvery: 60_001 }, InvalidArgumentError, "saveEvery"],
  ["an onFailure that is not a function", { name: "c", onFailure: "park" }, InvalidArgumentError, "onFailure"],
  ["a position of another log", { name: "c", from: "abcdefabcdef-1000000000002047" }, UnknownPositionError, "another"],
];
/** Event types whose definition of a consumer has 65,000 bytes, and this number of further bytes. */
function manyTypes(furtherBytes: number): string[] {
  const types = Array.from({ length: 256 }, (_, i) => `${i}`.padStart(250, "T"));
  const { length } = JSON.stringify({ order: "log", types, paused: false, resumes: 0 });
  return [...types, "x".repeat(65_000 + furtherBytes - length - `,""`.length)];
}

for (const [title, options, error, message] of refused) {
  Deno.test(`consume() refuses ${title}`, async () => {
    await using backend = memory();
    await assertRejects(() => consume(backend.store("test"), options as ConsumeOptions, () => {}), error, message);
  });
}

Deno.test("consume() accepts the longest name, the most types and the greatest numbers", async () => {
  await using backend = memory();
  const options = { name: "a".repeat(64), types: manyTypes(0), delay: 31_536_000_000, saveEvery: 60_000, ttl: 600_000 };
  await using consumer = await consume(backend.store("test"), options, () => {});
  assertEquals(consumer.name.length, 64);
});

Deno.test("consume() refuses a store without a log handle, a closed store and a handler that is not a function", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const fake = { namespace: store.namespace, subscribe: () => store.subscribe() };
  await assertRejects(() => consume(fake, { name: "c" }, () => {}), InvalidArgumentError, "an event store");
  await assertRejects(() => consume(store, { name: "c" }, 1 as unknown as () => void), InvalidArgumentError, "handler");
  await store.close();
  await assertRejects(() => consume(store, { name: "c" }, () => {}), ClosedError, 'consume as "c"');
});

Deno.test("consume() refuses an adapter without records", async () => {
  await using shared = new SharedMemory();
  const { driver } = shared;
  await using backend = createBackend({
    capabilities: driver.capabilities,
    open: (name) => Object.assign(Object.create(driver.open(name)), { records: undefined }),
    namespaces: () => driver.namespaces(),
    close: () => Promise.resolve(),
  });
  await assertRejects(
    () => consume(backend.store("test"), { name: "c" }, () => {}),
    UnsupportedStorageError,
    "records",
  );
});

Deno.test("consume() refuses a name that this process uses, until that consumer is closed", async () => {
  await using backend = memory();
  const first = await consume(backend.store("test"), { name: "c" }, () => {});
  const again = () => consume(backend.store("test"), { name: "c" }, () => {});
  await assertRejects(again, InvalidArgumentError, "this process already does");
  await first.close();
  await (await again()).close();
});

const changes: readonly [option: string, first: Partial<ConsumeOptions>, second: Partial<ConsumeOptions>][] = [
  ["order", {}, { order: "actor" }],
  ["types", { types: ["A"] }, { types: ["A", "B"] }],
  ["types", {}, { types: ["A"] }],
  ["actors", { actors: "a.*" }, {}],
];
for (const [option, first, second] of changes) {
  Deno.test(`consume() refuses a change of ${option} of an existing consumer: ${JSON.stringify([first, second])}`, async () => {
    await using backend = memory();
    const store = backend.store("test");
    await (await consume(store, { name: "c", ...first }, () => {})).close();
    const error = await assertRejects(() => consume(store, { name: "c", ...second }, () => {}), InvalidArgumentError);
    assertEquals(error.argument, option);
  });
}

Deno.test("consume() accepts the same types in another order, and another delay", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await (await consume(store, { name: "c", types: ["A", "B"] }, () => {})).close();
  await (await consume(store, { name: "c", types: ["B", "A"], delay: 5, from: "now" }, () => {})).close();
  assertEquals(await store.end(), undefined as Position | undefined);
});

for (const closed of ["store", "backend"] as const) {
  for (const storage of ["answers", "stores nothing", "does not answer"] as const) {
    Deno.test(`consume() rejects at once when the ${closed} is closed and the storage ${storage}`, async () => {
      const driver = new MemoryDriver({});
      const backend = createBackend({
        capabilities: driver.capabilities,
        open: (name) => {
          const log = driver.open(name);
          const stored: Records = log.records;
          const records: Records = {
            isReplaceable: false,
            put: (...put) => storage === "answers" ? stored.put(...put) : untilAborted(put[3]),
            scan: (...scan) => storage === "does not answer" ? untilAborted(scan[2]) : stored.scan(...scan),
            delete: (...deletion) => stored.delete(...deletion),
          };
          return Object.assign(Object.create(log), { records });
        },
        namespaces: () => driver.namespaces(),
        close: () => driver.close(),
      });
      const store = backend.store("test");
      const consuming = assertRejects(() => consume(store, { name: "c", ttl: 600_000 }, () => {}), ClosedError);
      await Promise.resolve();
      const closing = closed === "store" ? store.close() : backend.close();
      const { message } = await atOnce(consuming);
      assertStringIncludes(message, 'Cannot consume as "c" any further');
      await closing;
      await backend.close();
    });
  }
}

Deno.test("backend.close() closes consumers after their handlers have ended", async () => {
  const backend = memory();
  const store = backend.store("test");
  await appendTo(store, "a");
  const started = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  let isDone = false;
  await consume(store, { name: "c" }, async () => {
    started.resolve();
    await mayEnd.promise;
    isDone = true;
  });
  await started.promise;
  const closing = backend.close();
  mayEnd.resolve();
  await closing;
  assertEquals(isDone, true);
});
