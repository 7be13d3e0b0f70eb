/** `forget()` beside members, operators and new processes that change or read records at the same time. */
import { assertEquals, assertRejects } from "@std/assert";
import type { RecordedEvent } from "@flowmade-one/aether";
import type { Records } from "@flowmade-one/aether/adapter";
import { consume, type Consumer, consumer } from "@flowmade-one/aether/consumers";
import { InvalidArgumentError, UnavailableError } from "@flowmade-one/aether/errors";
import { definitionKey, laneKey, prefixOf } from "../../src/consumers/consumer_keys.ts";
import { FORGETTING } from "../../src/consumers/definition.ts";
import { SESSIONS_PREFIX } from "../../src/coordination/session_record.ts";
import { turns, until } from "../_support/until.ts";
import { recorder } from "./control_fixtures.ts";
import { appendTo, SharedMemory } from "./open_store.ts";
import { ConsumerWorld } from "./simulation/consumer_world.ts";
import { TTL } from "./simulation/join_world.ts";

/** A storage whose consumer "c" has handled the event a1, and has no members. */
async function handledOne() {
  const shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  const member = await consume(store, { name: "c" }, () => {});
  await member.caughtUp();
  await member.close();
  const records: Records = shared.driver.open(store.namespace).records;
  return { shared, store, records, control: consumer(store, "c") };
}

/** Calls a function before each put that matches, until the result is disposed. */
function beforePut(
  records: Records,
  isMatch: (key: string, value: Uint8Array) => boolean,
  call: () => void | Promise<void>,
): Disposable {
  const { put } = records;
  records.put = async (...args) => {
    if (isMatch(args[0], args[1])) await call();
    return await put.call(records, ...args);
  };
  return { [Symbol.dispose]: () => void (records.put = put) };
}

/** Whether a put begins the deletion of the consumer "c". */
const beginsForgetting = (key: string, value: Uint8Array) =>
  key === definitionKey("c") && `${value}` === `${FORGETTING}`;

for (const hasRecord of [true, false]) {
  const title = `reset() of a lane ${hasRecord ? "with" : "without"} a record`;
  Deno.test(`${title} fails if forget() ends before the reset is stored`, async () => {
    const { shared, store, records, control } = await handledOne();
    await using _ = shared;
    const key = laneKey("c", 0);
    const lane = (await records.scan(key, 0)).entries[0]!;
    if (!hasRecord) await records.delete(key, lane.revision);
    const isReset = Promise.withResolvers<void>();
    const mayStore = Promise.withResolvers<void>();
    using _held = beforePut(records, (put, value) => put === key && value.length > 0, () => {
      isReset.resolve();
      return mayStore.promise;
    });
    const resetting = control.reset("now");
    const refused = assertRejects(() => resetting, InvalidArgumentError, "it does not exist");
    await isReset.promise;
    await consumer(store, "c").forget();
    mayStore.resolve();
    await refused;
    const { handled, handle } = recorder(new Set());
    await using next = await consume(shared.store(), { name: "c" }, handle);
    await next.caughtUp();
    assertEquals(handled, ["a1"]);
  });
}

const joins: readonly ["start" | "now", handled: string[]][] = [
  ["start", ["b1", "a1", "b1", "c1"]],
  ["now", ["b1", "c1"]],
];

for (const [from, expected] of joins) {
  Deno.test(`forget() beside a process that joins from "${from}" leads to a new consumer of that process`, async () => {
    const { shared, store, records, control } = await handledOne();
    await using _ = shared;
    const { handled, handle } = recorder(new Set());
    let member: Consumer | undefined;
    using _joining = beforePut(records, beginsForgetting, async () => {
      member = await consume(shared.store(), { name: "c", from }, handle);
      await appendTo(store, "b");
      await member.caughtUp();
    });
    await control.forget();
    await until("the process has defined the consumer again", () => control.status().then(() => true, () => false));
    await appendTo(store, "c");
    await member!.caughtUp();
    assertEquals(handled, expected);
    await member!.close();
  });
}

Deno.test("forget() waits for the handler of a process that joins and closes, and so does the next consumer", async () => {
  const { shared, store, records, control } = await handledOne();
  await using _ = shared;
  const mayEnd = Promise.withResolvers<void>();
  const calls: string[] = [];
  const handler = (name: string) => async ({ actorId }: RecordedEvent) => {
    calls.push(`${name} begins ${actorId}`);
    if (name === "old") await mayEnd.promise;
    calls.push(`${name} ends ${actorId}`);
  };
  let closed: Promise<void> | undefined;
  let isForgotten = false;
  {
    using _joining = beforePut(records, beginsForgetting, async () => {
      const old = await consume(shared.store(), { name: "c" }, handler("old"));
      await appendTo(store, "b");
      await until("the handler has begun", () => calls.length === 1);
      closed = old.close();
    });
    void control.forget().then(() => isForgotten = true);
    await until("the consumer does not exist", () => control.status().then(() => false, () => true));
  }
  const joining = consume(shared.store(), { name: "c", order: "actor" }, handler("new"));
  await turns();
  assertEquals([calls, isForgotten], [["old begins b"], false]);
  mayEnd.resolve();
  await using next = await joining;
  await next.caughtUp();
  await closed;
  await until("forget() has ended", () => isForgotten);
  assertEquals(calls.slice(0, 2), ["old begins b", "old ends b"]);
  assertEquals(calls.slice(2).sort(), ["new begins a", "new begins b", "new ends a", "new ends b"]);
});

Deno.test("forget() refuses a consumer that this process has just joined", async () => {
  const { shared, store, records, control } = await handledOne();
  await using _ = shared;
  const mayStore = Promise.withResolvers<void>();
  const listsConsumer = (key: string, value: Uint8Array) =>
    key.startsWith(SESSIONS_PREFIX) && new TextDecoder().decode(value).includes(prefixOf("c"));
  using _held = beforePut(records, listsConsumer, () => mayStore.promise);
  await using _member = await consume(store, { name: "c" }, () => {});
  await assertRejects(() => control.forget(), InvalidArgumentError, "it has members: this process. Close them first");
  mayStore.resolve();
});

Deno.test("forget() waits until a closing member has ended its handler", async () => {
  const { shared, store, control } = await handledOne();
  await using _ = shared;
  const mayEnd = Promise.withResolvers<void>();
  const calls: string[] = [];
  const closing = await consume(shared.store(), { name: "c" }, async () => {
    calls.push("begins");
    await mayEnd.promise;
    calls.push("ends");
  });
  await appendTo(store, "a");
  await until("the handler has begun", () => calls.length === 1);
  const closed = closing.close();
  await until("the member has withdrawn", async () => (await control.status()).members.length === 0);
  const forgotten = control.forget().then(() => calls.push("forgotten"));
  await until("the consumer does not exist", () => control.status().then(() => false, () => true));
  await turns();
  mayEnd.resolve();
  await Promise.all([closed, forgotten]);
  assertEquals(calls, ["begins", "ends", "forgotten"]);
});

Deno.test("consume() finishes a call of forget() that has failed", async () => {
  const { shared, store, records, control } = await handledOne();
  await using _ = shared;
  const fail = () => {
    throw new UnavailableError("silent");
  };
  {
    using _failing = beforePut(records, (key, value) => key === laneKey("c", 7) && value.length === 0, fail);
    await assertRejects(() => control.forget(), UnavailableError, "silent");
  }
  await assertRejects(() => control.status(), InvalidArgumentError, "it does not exist");
  await assertRejects(() => control.pause(), InvalidArgumentError, "it does not exist");
  const { handled, handle } = recorder(new Set());
  await using next = await consume(store, { name: "c" }, handle);
  await next.caughtUp();
  assertEquals(handled, ["a1"]);
});

for (const order of ["log", "actor"] as const) {
  Deno.test(`a process that was suspended during forget() continues with a consumer with order "${order}"`, async () => {
    const world = new ConsumerWorld(11, true, { order: "log", saveEvery: 0, parks: false });
    world.handling = () => 0;
    const suspended = world.start(1);
    for (let i = 0; i < 20; i++) world.append();
    await world.runUntil(3_000);
    assertEquals(suspended.consumer?.owned, [0]);
    world.pause(suspended, 60_000, true);
    let isForgotten = false;
    world.operate("forget", () => world.control.forget().then(() => void (isForgotten = true)));
    await world.runUntil(50_000);
    assertEquals([isForgotten, suspended.process.isPaused], [true, true]);
    world.order = order;
    const { calls } = world.oracle;
    const next = world.start(1);
    await world.runUntil(63_000);
    assertEquals([world.oracle.calls, world.oracle.undone], [calls + world.log.events.length, []]);
    await world.runUntil(63_000 + 4 * TTL);
    assertEquals([world.oracle.violations, world.stats["leaves"] ?? 0], [[], order === "log" ? 0 : 1]);
    const owned = [suspended, next].flatMap(({ consumer }) => consumer!.owned);
    assertEquals(owned.length, order === "log" ? 1 : 16);
  });
}
