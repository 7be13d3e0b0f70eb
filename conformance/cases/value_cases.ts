import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendOne, oneEvent } from "../fixtures.ts";

/** Read values equal appended values. */
export const valueCases: readonly CaseDefinition[] = [
  isReadUnchanged("read() returns strings of every kind unchanged", [
    "",
    " ",
    "é",
    "e\u0301",
    "😀 👩‍👩‍👧‍👦 𝒳",
    "日本語 العربية עברית",
    "\u0000\u0001\u001f\u007f\u0080\u2028\u2029\ufeff\ufffd\uffff",
    'quotes " and \\ and / and \n\r\t',
    "</script>${x}%00%2E=2E",
    "__proto__",
  ]),
  isReadUnchanged("read() returns numbers unchanged", [
    0,
    1,
    -1,
    0.1,
    1e21,
    -1e-7,
    5e-324,
    Number.MAX_VALUE,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    2 ** 53 + 2,
    123456789.123456789,
  ]),
  isReadUnchanged("read() returns booleans, null, empty and nested values unchanged", [
    true,
    false,
    null,
    {},
    [],
    [[]],
    [{}],
    [null, [null]],
    { a: null, b: [], c: {}, d: "" },
    { list: [1, "two", { three: [true, null] }], deep: { deeper: { deepest: ["x"] } } },
    { "": 1, " ": 2, "a.b": 3, "0": 4, "é": 5, "😀": 6 },
    { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4, prototype: 5, length: 6, then: 7 },
  ]),
  isReadUnchanged("read() returns data that looks like a storage format unchanged", [
    { time: 1, events: [{ id: "x", type: "Made", data: {} }] },
    { version: 9, position: "1000000000001023", namespace: "other", commitId: "c1", id: "e1", metadata: { a: "b" } },
    '{"time":1,"events":[]}',
    "\r\n\r\nNATS/1.0 503\r\nX: y\r\n",
    "+OK\r\nMSG a 1 2\r\n",
  ]),
  {
    name: "read() returns a string of 300 KB unchanged",
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const text = "0123456789 äöü 😀 \n".repeat(15_000);
      await appendOne(store, "order.1", { text });
      const [event] = await store.read("order.1").toArray();
      expectTrue((event?.data as { text: string }).text === text, `${text.length} characters are unchanged`);
    },
  },
  {
    name: "read() returns -0 as 0 and omits undefined properties, as in JSON",
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      await appendOne(store, "order.1", { zero: -0, list: [-0], absent: undefined, inner: { absent: undefined } });
      const [event] = await store.read("order.1").toArray();
      expectEqual(event?.data, { zero: 0, list: [0], inner: {} }, "the data");
    },
  },
  {
    name: "append() reads a getter in the data once, and stores its result",
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      let calls = 0;
      const data = {
        get sku(): string {
          return `sku-${++calls}`;
        },
      };
      await appendOne(store, "order.1", data);
      const [event] = await store.read("order.1").toArray();
      expectEqual(event?.data, { sku: "sku-1" }, "the data");
      expectEqual(calls, 1, "the calls of the getter");
    },
  },
  {
    name: "append() refuses a key __proto__, because a copy of it would change a prototype",
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      const data = JSON.parse('{"a":{"__proto__":{"admin":true}}}');
      const append = store.append("order.1", oneEvent(data), { expectedVersion: 0 });
      await expectError(
        append,
        "invalid-event",
        { path: "events[0].data.a.__proto__" },
        "an append with a key __proto__",
      );
      expectEqual(await store.latestVersion("order.1"), 0, "the version after the refusal");
    },
  },
  {
    name: "append() accepts events that were read from another actor",
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const event = { type: "Placed", data: { sku: ["A", { b: 1 }] }, id: "event-1", metadata: { causationId: "r-1" } };
      await store.append("order.1", [event, ...oneEvent()], { expectedVersion: 0 });
      const read = await store.read("order.1").toArray();
      await store.append("order.2", read, { expectedVersion: 0 });
      const copied = await store.read("order.2").toArray();
      const content = ({ id, type, data, metadata }: (typeof read)[number]) => ({ id, type, data, metadata });
      expectEqual(copied.map(content), read.map(content), "the ids, types, data and metadata of the copies");
      expectEqual(
        copied.map(({ actorId, version }) => [actorId, version]),
        [["order.2", 1], ["order.2", 2]],
        "the actors and versions of the copies",
      );
    },
  },
  {
    name: "read() returns events of different types and shapes in one commit unchanged, in order",
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const events = [
        { type: "A", data: { n: 1 } },
        { type: "B", data: [1, 2] },
        { type: "A", data: "text", metadata: { k: "v" } },
        { type: "Ä", data: null },
        { type: "A", data: 0 },
      ];
      await store.append("order.1", events, { expectedVersion: 0 });
      const read = await store.read("order.1").toArray();
      const expected = events.map(({ type, data, metadata = {} }) => ({ type, data, metadata }));
      expectEqual(read.map(({ type, data, metadata }) => ({ type, data, metadata })), expected, "the events");
    },
  },
];

function isReadUnchanged(name: string, values: readonly unknown[]): CaseDefinition {
  return {
    name,
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const inside = values.map((value) => ({ value }));
      await store.append("order.1", values.map((data) => ({ type: "Made", data: data as object })), {
        expectedVersion: 0,
      });
      await store.append("order.1", inside.map((data) => ({ type: "Made", data })), { expectedVersion: values.length });
      const read = (await store.read("order.1").toArray()).map(({ data }) => data);
      for (const [i, value] of [...values, ...inside].entries()) {
        expectEqual(read[i], value, `the data of version ${i + 1}`);
      }
      expectEqual((await store.readAll().toArray()).map(({ data }) => data), read, "the data, read from the log");
    },
  };
}
