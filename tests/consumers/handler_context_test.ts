/** `HandlerContext`: its `execute` and its signal. */
import { decider, type EventMetadata, events, isAetherError } from "@flowmade-one/aether";
import { type AnswerOptions, consume, type ConsumeOptions } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { answerId } from "../../src/consumers/handler_context.ts";
import { until } from "../_support/until.ts";
import { ENDED_SESSION, SESSIONS_PREFIX } from "../../src/coordination/session_record.ts";
import { TestClock } from "../_support/test_clock.ts";
import { appendTo, SharedMemory, storeAt } from "./open_store.ts";

const BillEvents = events<{ Billed: { order: string } }>();
const bill = decider(BillEvents, {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: (order: string) => [{ type: "Billed", data: { order } }],
});

/** Options that call a handler again at once after a failure. */
const RETRYING: ConsumeOptions = { name: "c", backoff: () => 0, onError: () => {} };

Deno.test("HandlerContext.execute() executes a command on another backend once for an event that is handled three times", async () => {
  await using orders = memory();
  await using bills = memory();
  const store = orders.store("shop");
  const target = bills.store("shop", BillEvents);
  // Other writers commit before and after the cause: positions of the two logs cannot be compared.
  for (let i = 0; i < 300; i++) {
    await target.append("bill.1", [{ type: "Billed", data: { order: `${i}` } }], { expectedVersion: i });
  }
  await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
  const results: { version: number; duplicate: boolean }[] = [];
  await using _consumer = await consume(store, RETRYING, async ({ actorId }, { attempt, execute }) => {
    const { version, duplicate } = await execute(target, bill, "bill.1", actorId, "bill");
    results.push({ version, duplicate });
    const between = Array.from({ length: 300 }, () => ({ type: "Billed" as const, data: { order: "other" } }));
    for (const event of between) await target.append("bill.1", [event], { expectedVersion: "any" });
    if (attempt < 3) throw new Error("not yet");
  });
  await until("three attempts are made", () => results.length === 3);
  assertEquals(results, [1, 2, 3].map((n) => ({ version: 301, duplicate: n > 1 })));
  const stored = await target.read("bill.1").toArray();
  const own = stored.filter(({ data }) => data.order === "order.1");
  assertEquals(own.length, 1);
  const [cause] = await store.read("order.1").toArray();
  assertEquals(own[0]!.metadata.causationId, cause!.id);
});

const LONG = "e".repeat(128);

const ids: readonly [title: string, parts: Parameters<typeof answerId>, expected: string | undefined][] = [
  ["the parts, without a step", ["c", "e"], "c/e"],
  ["the parts, with a step", ["c", "e", "s"], "c/e/s"],
  ["the parts of 128 characters", ["c", "e".repeat(124), "s"], `c/${"e".repeat(124)}/s`],
  ["the parts, with an encoded event id", ["c", "e/f%2F", "s/t"], "c/e%2Ff%252F/s/t"],
  ["a digest of 129 characters", ["c", "e".repeat(125), "s"], undefined],
  ["a digest of the longest name and id", ["c".repeat(64), LONG], undefined],
  ["a digest of a long step", ["c", "e", "s".repeat(500)], undefined],
  ["a digest for a store of another namespace", ["c", "e", "s", "shop"], undefined],
];

for (const [title, parts, expected] of ids) {
  Deno.test(`answerId() returns ${title}`, async () => {
    const id = await answerId(...parts);
    if (expected !== undefined) assertEquals(id, expected);
    else assert(/^[0-9a-f]{64}$/.test(id), id);
    assertEquals(await answerId(...parts), id);
    const [consumer, eventId, step, namespace] = parts;
    assertNotEquals(await answerId(consumer, eventId, `${step ?? ""}t`, namespace), id);
    assertNotEquals(await answerId(`${consumer.slice(1)}d`, eventId, step, namespace), id);
  });
}

Deno.test("HandlerContext.execute() executes each step once for an event id of 128 characters", async () => {
  await using backend = memory();
  const store = backend.store("shop");
  const target = backend.store("bills", BillEvents);
  await store.append("order.1", [{ id: LONG, type: "Placed", data: {} }], { expectedVersion: 0 });
  let attempts = 0;
  await using _consumer = await consume(store, { ...RETRYING, name: "c".repeat(64) }, async (_event, { execute }) => {
    for (const step of ["first", "second"]) await execute(target, bill, "bill.1", step, step);
    if (++attempts < 3) throw new Error("not yet");
  });
  await until("three attempts are made", () => attempts === 3);
  assertEquals((await target.read("bill.1").toArray()).map(({ data }) => data.order), ["first", "second"]);
});

const sameStrings: readonly [title: string, one: Parameters<typeof answerId>, other: Parameters<typeof answerId>][] = [
  ["an event id with a slash, and an event id with a step", ["c", "o1/refund"], ["c", "o1", "refund"]],
  ["a slash in the event id, and a slash in the step", ["c", "a/b", "c"], ["c", "a", "b/c"]],
  ["a slash, and an encoded slash", ["c", "a/b"], ["c", "a%2Fb"]],
  ["no step, and an empty step", ["c", "a"], ["c", "a", ""]],
];

for (const [title, one, other] of sameStrings) {
  Deno.test(`answerId() distinguishes ${title}`, async () => {
    assertNotEquals(await answerId(...one), await answerId(...other));
    const digestOf = ([consumer, eventId, step]: Parameters<typeof answerId>) =>
      answerId(consumer, eventId, step, "shop");
    assertNotEquals(await digestOf(one), await digestOf(other));
  });
}

Deno.test("answerId() distinguishes the namespaces of events, and a namespace from the name of a consumer", async () => {
  const ofNamespace = (namespace: string) => answerId("c", "e", "s", namespace);
  assertNotEquals(await ofNamespace("tenant.one"), await ofNamespace("tenant.two"));
  const step = "s".repeat(200);
  assertNotEquals(await answerId("c", "e", step, "shop"), await answerId("shop", "c", `e/${step}`));
});

Deno.test("HandlerContext.execute() executes the answers to two events whose ids and steps join to one string", async () => {
  await using backend = memory();
  const store = backend.store("shop");
  const target = backend.store("shop", BillEvents);
  await store.append("order.1", [{ id: "o1", type: "Placed", data: {} }], { expectedVersion: 0 });
  await store.append("order.2", [{ id: "o1/refund", type: "Placed", data: {} }], { expectedVersion: 0 });
  const duplicates: boolean[] = [];
  await using member = await consume(
    store,
    { ...RETRYING, types: ["Placed"] },
    async ({ id, actorId }, { execute }) => {
      const step = id === "o1" ? "refund" : undefined;
      duplicates.push((await execute(target, bill, "bill.1", actorId, { step })).duplicate);
    },
  );
  await member.caughtUp();
  assertEquals(duplicates, [false, false]);
});

Deno.test("HandlerContext.execute() executes the answers to events of two namespaces that have one id", async () => {
  await using backend = memory();
  const target = backend.store("bills", BillEvents);
  const duplicates: boolean[] = [];
  for (const namespace of ["tenant.one", "tenant.two"]) {
    const store = backend.store(namespace);
    await store.append("order.1", [{ id: "o1", type: "Placed", data: {} }], { expectedVersion: 0 });
    await using member = await consume(store, { ...RETRYING, saveEvery: 0 }, async (_event, { execute }) => {
      duplicates.push((await execute(target, bill, "bill.1", namespace)).duplicate);
    });
    await member.caughtUp();
    await member.reset("start");
    await until("the event is handled again", () => duplicates.length % 2 === 0);
  }
  assertEquals(duplicates, [false, true, false, true]);
  assertEquals((await target.read("bill.1").toArray()).map(({ data }) => data.order), ["tenant.one", "tenant.two"]);
});

const TRACE = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
const OTHER_TRACE = `00-${"3".repeat(32)}-${"4".repeat(16)}-01`;

/** The namespace and the options of an answer to event "e-1" of namespace "shop", and the metadata that it stores. */
const answers: readonly [
  title: string,
  namespace: string,
  options: AnswerOptions | undefined,
  stored: EventMetadata,
][] = [
  ["the ids and the trace in the event's namespace", "shop", undefined, {
    correlationId: "r-1",
    causationId: "e-1",
    traceparent: TRACE,
  }],
  ["the trace alone in another namespace", "bills", undefined, { traceparent: TRACE }],
  ["the given metadata in another namespace", "bills", { metadata: { correlationId: "r-1", user: "u" } }, {
    correlationId: "r-1",
    user: "u",
    traceparent: TRACE,
  }],
  ["a given correlation id instead of the event's id", "shop", { metadata: { correlationId: "r-2" } }, {
    correlationId: "r-2",
    causationId: "e-1",
    traceparent: TRACE,
  }],
  ["a given trace instead of the event's trace", "bills", { metadata: { traceparent: OTHER_TRACE } }, {
    traceparent: OTHER_TRACE,
  }],
  ["a given tracestate without the trace of the event", "bills", { metadata: { tracestate: "a=1" } }, {
    tracestate: "a=1",
  }],
];

for (const [title, namespace, options, expected] of answers) {
  Deno.test(`HandlerContext.execute() stores ${title}`, async () => {
    await using backend = memory();
    const store = backend.store("shop");
    const target = backend.store(namespace, BillEvents);
    await store.append("order.1", [
      { id: "e-1", type: "Placed", data: {}, metadata: { correlationId: "r-1", traceparent: TRACE } },
    ], { expectedVersion: 0 });
    let attempts = 0;
    await using _consumer = await consume(store, { ...RETRYING, actors: "order.*" }, async (_event, { execute }) => {
      await execute(target, bill, "bill.1", "order.1", options);
      if (++attempts < 2) throw new Error("not yet");
    });
    await until("two attempts are made", () => attempts === 2);
    const stored = await target.read("bill.1").toArray();
    assertEquals(stored.map(({ metadata }) => metadata), [expected]);
    assertEquals(stored[0]!.commitId.includes("e-1"), namespace === "shop");
  });
}

const refused: readonly [title: string, options: unknown, argument: string][] = [
  ["an unknown option", { commitId: "x" }, "commitId"],
  ["a step that is a number", { step: 7 }, "step"],
  ["metadata that is a string", { metadata: "r-1" }, "metadata"],
  ["metadata that is an array", { metadata: [] }, "metadata"],
  ["null as options", null, "options"],
];

for (const [title, options, argument] of refused) {
  Deno.test(`HandlerContext.execute() refuses ${title}`, async () => {
    await using backend = memory();
    const store = backend.store("shop", BillEvents);
    await store.append("order.1", [{ type: "Billed", data: { order: "1" } }], { expectedVersion: 0 });
    const refusal = Promise.withResolvers<unknown>();
    await using _consumer = await consume(store, { name: "c" }, async (_event, { execute }) => {
      await execute(store, bill, "bill.1", "order.1", options as AnswerOptions).catch(refusal.resolve);
    });
    const error = await refusal.promise;
    assert(isAetherError(error, "invalid-argument") && error.argument === argument, `${error}`);
    assertEquals(await store.latestVersion("bill.1"), 0);
  });
}

Deno.test("HandlerContext.signal is aborted when the lane is lost", async () => {
  const clock = new TestClock();
  using _running = clock.run(10);
  await using shared = new SharedMemory();
  const store = shared.store();
  await appendTo(store, "a");
  let isHandling = false;
  let reason: unknown;
  let answer: unknown;
  await using backend = memory();
  const bills = backend.store("bills", BillEvents);
  const options = { name: "c", ttl: 1_000, onError: () => {} };
  await using _member = await consume(storeAt(clock, store), options, async (_event, { signal, execute }) => {
    // The process handles the event again in its next session.
    if (isHandling) return;
    isHandling = true;
    await until("the signal is aborted", () => signal.aborted);
    answer = await execute(bills, bill, "bill.1", "a").catch((error) => error);
    reason = signal.reason;
  });
  await until("the handler has begun", () => isHandling);
  const { records } = shared.driver.open(store.namespace);
  // Another process ends the session.
  await until("the session has ended", () => {
    const entry = records.scan(SESSIONS_PREFIX, 0).entries.find(({ value }) => value.length > 0)!;
    return records.put(entry.key, ENDED_SESSION, entry.revision) !== undefined;
  });
  await until("the handler has seen the abort", () => reason !== undefined);
  assert(isAetherError(reason, "aborted"), `${reason}`);
  assert(isAetherError(answer, "aborted"), `${answer}`);
  assertEquals(await bills.latestVersion("bill.1"), 0);
});

Deno.test("HandlerContext.execute() decides again after conflicts with other writers", async () => {
  await using backend = memory();
  const bills = backend.store("bills", BillEvents);
  const store = backend.store("orders");
  await appendTo(store, "a");
  let conflicts = 0;
  const raced = decider(BillEvents, {
    ...bill,
    decide: async (order: string, count: number) => {
      if (conflicts++ < 3) {
        await bills.append("bill.1", [{ type: "Billed", data: { order: "other" } }], { expectedVersion: count });
      }
      return await bill.decide(order, count);
    },
  });
  const errors: unknown[] = [];
  const options: ConsumeOptions = { name: "c", saveEvery: 20, onError: (error) => errors.push(error) };
  await using consumer = await consume(store, options, async (_event, { execute }) => {
    await execute(bills, raced, "bill.1", "a");
  });
  await consumer.caughtUp();
  assertEquals([errors, await bills.latestVersion("bill.1")], [[], 4]);
});
