/** The end of a consumer while its process acquires lanes, joins, or handles an event. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { consume, consumer } from "@flowmade-one/aether/consumers";
import { ClosedError, CorruptDataError } from "@flowmade-one/aether/errors";
import { createBackend, partitionOf, PARTITIONS, type Records } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { definitionKey, laneKey } from "../../src/consumers/consumer_keys.ts";
import { decodeLane } from "../../src/consumers/lane_record.ts";
import { TestClock } from "../_support/test_clock.ts";
import { atOnce, until, untilAborted } from "../_support/until.ts";
import { appendTo, SharedMemory, storeAt } from "./open_store.ts";

Deno.test({
  name: "Consumer.close() releases lanes whose acquisition is stored after the call, and resolves",
  timeout: 60_000,
  async fn() {
    const clock = new TestClock();
    using _running = clock.run(10);
    await using shared = new SharedMemory();
    const store = shared.store();
    const { records } = shared.driver.open(store.namespace);
    const options = { name: "c", order: "actor", ttl: 1_000 } as const;
    const handlerMayEnd = Promise.withResolvers<void>();
    let isHandling = false;
    const one = await consume(storeAt(clock, shared.store()), options, async () => {
      isHandling = true;
      await handlerMayEnd.promise;
    });
    await until("one owns all lanes", () => one.owned.length === 16);
    const two = await consume(storeAt(clock, shared.store()), options, () => {});
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

Deno.test("consume() leaves a consumer whose definition can no longer be decoded, and reports that once", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  const { records } = shared.driver.open(store.namespace);
  const errors: unknown[] = [];
  const options = { name: "c", onError: (error: unknown) => void errors.push(error) };
  const member = await consume(store, options, () => {});
  const { revision } = (await records.scan(definitionKey("c"), 0)).entries[0]!;
  await records.put(definitionKey("c"), new TextEncoder().encode("{x"), revision);
  await until("the member has left", async () => {
    const lane = (await records.scan(laneKey("c", 0), 0)).entries[0];
    return errors.length > 0 && decodeLane(lane?.value).owner === "";
  });
  await member.close();
  assertEquals(errors.map((error) => error instanceof CorruptDataError), [true]);
  await consumer(store, "c").forget();
  await appendTo(store, "a");
  const handled = Promise.withResolvers<string>();
  await using _next = await consume(store, options, ({ actorId }) => handled.resolve(actorId));
  assertEquals(await handled.promise, "a");
});
