/** `status()`, `caughtUp()` and `reached()` while the storage has faults. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { consume, type ConsumeOptions, consumer } from "@flowmade-one/aether/consumers";
import { AbortError, ClosedError, CorruptDataError, EventsExpiredError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { laneKey } from "../../src/consumers/consumer_keys.ts";
import { encodeLane, NEW_LANE } from "../../src/consumers/lane_record.ts";
import { atOnce, turns, until } from "../_support/until.ts";
import { appendTo, backendWith, SharedMemory } from "./open_store.ts";

Deno.test("status() counts the events before an event that cannot be decoded, and says that the count is incomplete", async () => {
  const driver = new MemoryDriver({});
  await using backend = backendWith(driver, (log) => ({
    readLog: async function* (range, signal) {
      for await (const page of log.readLog(range, signal)) yield page;
      throw new CorruptDataError("Cannot decode an event: the test simulates it", { namespace: store.namespace });
    },
  }));
  const store = backend.store("test");
  await (await consume(store, { name: "c" }, () => {})).close();
  await appendTo(store, "a", "b");
  const [lane] = (await consumer(store, "c").status()).lanes;
  assertEquals([lane!.state, lane!.lag.events, lane!.lag.isComplete], ["unowned", 2, false]);
});

Deno.test("status() says that the count is incomplete if the log does not contain the position of the lane", async () => {
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  await (await consume(store, { name: "c" }, () => {})).close();
  const { records } = shared.driver.open(store.namespace);
  const revision = records.scan("", 0).entries.find(({ key }) => key === laneKey("c", 0))?.revision ?? 0;
  const { position } = await memory().store("test").append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  records.put(laneKey("c", 0), encodeLane({ ...NEW_LANE, mark: { position } }), revision);
  const [lane] = (await consumer(store, "c").status()).lanes;
  assertEquals([lane!.lag.events, lane!.lag.isComplete], [0, false]);
});

Deno.test("status() counts no event of a parked actor that the lane has not reached yet", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const blocked = Promise.withResolvers<void>();
  const options: ConsumeOptions = { name: "c", saveEvery: 0, onFailure: () => "park", onError: () => {} };
  await using member = await consume(store, options, ({ actorId }) => {
    if (actorId === "a") throw new Error("no a");
    return blocked.promise;
  });
  await appendTo(store, "a", "b", "a", "a");
  await until("the actor is parked", async () => (await member.parked()).length === 1);
  const { lanes } = await member.status();
  blocked.resolve();
  assertEquals(lanes[0]!.lag.events, 1);
});

const expiries: [title: string, failures: number, events: number, isComplete: boolean][] = [
  ["counts each event once if events expire while it counts", 1, 2, true],
  ["says that the count is incomplete if events expire faster than it counts", 2, 1, false],
];

for (const [title, failures, events, isComplete] of expiries) {
  Deno.test(`status() ${title}`, async () => {
    let failuresLeft = 0;
    await using backend = backendWith(new MemoryDriver({}), (log) => ({
      readLog: async function* (range, signal) {
        const isFailing = failuresLeft-- > 0;
        for await (const page of log.readLog(range, signal)) yield isFailing ? page.slice(0, 1) : page;
        if (isFailing) throw new EventsExpiredError({ namespace: store.namespace, firstAvailable: undefined });
      },
    }));
    const store = backend.store("test");
    await (await consume(store, { name: "c" }, () => {})).close();
    await appendTo(store, "a", "b");
    failuresLeft = failures;
    const [lane] = (await consumer(store, "c").status()).lanes;
    assertEquals([lane!.lag.events, lane!.lag.isComplete], [events, isComplete]);
  });
}

/** A store whose storage stops answering, and ignores signals, once `isSilent` is set. */
async function silentStore() {
  const faults = { isSilent: false };
  const silence = <T>(request: () => T): T | Promise<never> => faults.isSilent ? new Promise(() => {}) : request();
  const backend = backendWith(new MemoryDriver({}), (log) => ({
    latestCommit: (signal) => silence(() => log.latestCommit(signal)),
    records: {
      isReplaceable: false,
      put: (key, value, expected, signal) => silence(() => log.records!.put(key, value, expected, signal)),
      scan: (prefix, after, signal) => silence(() => log.records!.scan(prefix, after, signal)),
      delete: (key, revision, signal) => log.records!.delete(key, revision, signal),
    },
  }));
  const store = backend.store("test");
  const { position } = await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await (await consume(store, { name: "c" }, () => {})).close();
  return { backend, control: consumer(store, "c"), position, faults };
}

const waits = ["caughtUp", "reached", "status", "forget"] as const;

for (const method of waits) {
  Deno.test(`${method}() rejects at once when its signal is aborted, even if the storage does not answer`, async () => {
    const { control, position, faults } = await silentStore();
    faults.isSilent = true;
    const call = (signal: AbortSignal): Promise<unknown> =>
      method === "reached" ? control.reached(position, { signal }) : control[method]({ signal });
    const controller = new AbortController();
    let isPending = true;
    const waiting = call(controller.signal).finally(() => isPending = false);
    await turns();
    assert(isPending);
    controller.abort();
    await assertRejects(() => atOnce(waiting), AbortError, "was aborted");
    await assertRejects(() => atOnce(call(AbortSignal.abort())), AbortError, "was aborted");
  });

  Deno.test(`${method}() rejects when the store is closed, even if the storage does not answer`, async () => {
    const { backend, control, position, faults } = await silentStore();
    faults.isSilent = true;
    const call = method === "reached" ? control.reached(position) : control[method]();
    const rejected = assertRejects(() => call, ClosedError);
    await backend.close();
    await atOnce(rejected);
  });
}
