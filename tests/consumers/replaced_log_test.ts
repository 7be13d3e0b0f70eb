/** `caughtUp()` and `reached()` after the log was created again, or restored from an older copy. */
import { assertEquals } from "@std/assert";
import type { Position } from "@flowmade-one/aether";
import type { CommitPlace } from "@flowmade-one/aether/adapter";
import { consume, consumer, type ConsumerControl } from "@flowmade-one/aether/consumers";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { laneKey } from "../../src/consumers/consumer_keys.ts";
import { decodeLane, encodeLane, type LaneRecord } from "../../src/consumers/lane_record.ts";
import { turns, until } from "../_support/until.ts";
import { appendTo, backendWith } from "./open_store.ts";
import { PARKING, recorder, states } from "./control_fixtures.ts";

/** A storage whose consumer has handled ten events. */
async function handledTen() {
  const driver = new MemoryDriver({});
  const backend = backendWith(driver, () => ({}));
  const store = backend.store("test");
  await appendTo(store, ..."abcdefghij");
  const member = await consume(store, PARKING, () => {});
  await member.caughtUp();
  await backend.close();
  return { driver, records: driver.open(store.namespace).records, position: (await endOf(driver))! };
}

async function endOf(driver: MemoryDriver): Promise<Position | undefined> {
  const backend = backendWith(driver, () => ({}));
  const end = await backend.store("test").end();
  await backend.close();
  return end;
}

/** Calls `caughtUp` and `reached`, and lists the calls that have ended. */
function waitFor(control: ConsumerControl, position: Position) {
  const ended: string[] = [];
  const waits = [
    control.caughtUp().then(() => ended.push("caughtUp")),
    control.reached(position).then(() => ended.push("reached")),
  ];
  return { ended, all: Promise.all(waits) };
}

for (const isMember of [false, true]) {
  const title = isMember ? "whose lane has failed" : "without members";
  Deno.test(`caughtUp() and reached() of a consumer ${title} wait for a reset if the log was created again`, async () => {
    const { records } = await handledTen();
    const driver = new MemoryDriver({});
    await using backend = backendWith(driver, () => ({ records }));
    const store = backend.store("test");
    await appendTo(store, "x", "y", "z");
    const { handled, handle } = recorder(new Set());
    const control = consumer(store, "c");
    const join = () => consume(store, PARKING, handle);
    let member = isMember ? await join() : undefined;
    if (isMember) await until("the lane has failed", async () => states(await control.status())[0] === "failed");
    const { ended, all } = waitFor(control, (await store.end())!);
    await turns();
    assertEquals([ended, handled], [[], []]);
    await control.reset("start");
    member ??= await join();
    await all;
    assertEquals(handled, ["x1", "y1", "z1"]);
    await member.close();
  });
}

Deno.test("caughtUp() and reached() wait while a mark is beyond the end of the log", async () => {
  const { driver } = await handledTen();
  let isOlderCopy = true;
  await using backend = backendWith(driver, (log) => ({
    latestCommit: async (signal) => {
      const last = (await log.latestCommit(signal))!;
      return isOlderCopy ? { ...last, offset: 3 } satisfies CommitPlace : last;
    },
  }));
  const store = backend.store("test");
  const [first] = await store.readAll({ limit: 1 }).toArray();
  const { ended, all } = waitFor(consumer(store, "c"), first!.position);
  await turns();
  assertEquals(ended, []);
  isOlderCopy = false;
  await all;
});

Deno.test("caughtUp() and reached() wait while a lane has failed because the log was restored", async () => {
  const { driver, records, position } = await handledTen();
  const key = laneKey("c", 0);
  /** Changes the record of the lane. */
  const edit = (change: Partial<LaneRecord>) => {
    const { value, revision } = records.scan("", 0).entries.find((entry) => entry.key === key)!;
    records.put(key, encodeLane({ ...decodeLane(value), ...change }), revision);
  };
  edit({ failure: { code: "unknown-position", message: "restored", at: 1 } });
  await using backend = backendWith(driver, () => ({}));
  const { ended, all } = waitFor(consumer(backend.store("test"), "c"), position);
  await turns();
  assertEquals(ended, []);
  edit({ failure: undefined });
  await all;
});

Deno.test("consume() stops a lane before its next event if another event is at the position of its mark", async () => {
  const { driver, records } = await handledTen();
  const key = laneKey("c", 0);
  const { value, revision } = records.scan("", 0).entries.find((entry) => entry.key === key)!;
  const record = decodeLane(value);
  // As after a restore from an older copy that has grown past the mark since.
  const mark = { ...record.mark!, anchor: { ...record.mark!.anchor!, eventId: "another-event" } };
  records.put(key, encodeLane({ ...record, mark }), revision);
  await using backend = backendWith(driver, () => ({}));
  const store = backend.store("test");
  await appendTo(store, "x");
  const { handled, handle } = recorder(new Set());
  await using member = await consume(store, PARKING, handle);
  await until("the lane has failed", async () => states(await member.status())[0] === "failed");
  assertEquals([handled, (await member.status()).lanes[0]?.failure?.code], [[], "unknown-position"]);
});
