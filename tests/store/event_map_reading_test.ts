import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { events, type EventStore, isAetherError, type NewEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { lineSchema, schemaOf } from "../events/schema_support.ts";
import { add, any, Numbers, stored } from "./numbers.ts";

/** The methods that return events of a store. */
const ways: readonly [name: string, read: (store: EventStore) => Promise<readonly unknown[]>][] = [
  ["read()", (store) => store.read("o").toArray()],
  ["read() by iteration", (store) => Array.fromAsync(store.read("o"))],
  ["readAll()", (store) => store.readAll().toArray()],
  ["readAll() backwards", async (store) => (await store.readAll({ direction: "backwards" }).toArray()).reverse()],
  ["subscribe()", async (store) => {
    const end = await store.end();
    const seen: unknown[] = [];
    for await (const event of store.subscribe()) {
      seen.push(event);
      if (event.position === end) break;
    }
    return seen;
  }],
];

for (const [name, read] of ways) {
  Deno.test(`${name} returns events of former versions and names in their current shape`, async () => {
    const store = await stored([
      { type: "Created", data: { n: 7 } },
      { type: "Made", data: { n: 7 }, schemaVersion: 2 },
      { type: "Built", data: { n: 7 }, schemaVersion: 3 },
      { type: "Made", data: { n: 7 }, schemaVersion: 3 },
      { type: "Other", data: { n: 7 } },
    ], Numbers as never);
    const seen = await read(store) as { type: string; schemaVersion: number; data: unknown; version: number }[];
    assertEquals(seen.map(({ type, schemaVersion, data }) => [type, schemaVersion, data]), [
      ["Made", 3, { n: 712 }],
      ["Made", 3, { n: 72 }],
      ["Made", 3, { n: 7 }],
      ["Made", 3, { n: 7 }],
      ["Other", 1, { n: 7 }],
    ]);
    assertEquals(seen.map(({ version }) => version), [1, 2, 3, 4, 5]);
    assert(seen.every((event) => Object.isFrozen(event) && Object.isFrozen(event.data)));
  });

  Deno.test(`${name} fails for a type that the map does not have`, async () => {
    const store = await stored(
      [{ type: "Made", data: { n: 1 }, schemaVersion: 3 }, { type: "Lost", data: {} }],
      Numbers as never,
    );
    const error = await assertRejects(() => read(store));
    assert(isAetherError(error, "corrupt-data"), String(error));
    const { namespace, actorId, version, eventType, schemaVersion } = error;
    assertEquals([namespace as string, actorId, version, eventType, schemaVersion], ["a", "o", 2, "Lost", 1]);
    assertStringIncludes(
      error.message,
      'Cannot read version 2 of "o" in namespace "a", an event "Lost" of schema version 1',
    );
  });

  Deno.test(`${name} fails for a schema version that the map does not have`, async () => {
    const store = await stored([{ type: "Built", data: { n: 1 }, schemaVersion: 4 }], Numbers as never);
    const error = await assertRejects(() => read(store));
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertEquals([error.eventType, error.schemaVersion], ["Built", 4]);
    assertStringIncludes(error.message, "the event map has version 3 of its type. Deploy readers before writers");
  });
}

Deno.test("subscribe() yields the events before one that cannot be read, then fails", async () => {
  const store = await stored(
    [{ type: "Made", data: { n: 1 }, schemaVersion: 3 }, { type: "Lost", data: {} }],
    Numbers as never,
  );
  const subscription = store.subscribe();
  const seen: unknown[] = [];
  const error = await assertRejects(async () => {
    for await (const { data } of subscription) seen.push(data);
  });
  assert(isAetherError(error, "corrupt-data"), String(error));
  assertEquals([seen, subscription.state], [[{ n: 1 }], "ended"]);
  assert(isAetherError(await assertRejects(() => subscription.caughtUp), "corrupt-data"));
});

Deno.test('read() with unknown "pass" returns events of unknown types as they are stored', async () => {
  const lost: NewEvent = { type: "Lost", data: { a: 1 }, schemaVersion: 9 };
  const store = await stored([lost, { type: "Created", data: { n: 7 } }], Numbers as never);
  const types = ["Lost", "Made"];
  assertEquals((await store.read("o", { unknown: "pass" }).toArray()).map(({ type }) => type), types);
  assertEquals((await store.readAll({ unknown: "pass" }).toArray()).map(({ type }) => type), types);
  for await (const event of store.subscribe({ unknown: "pass" })) {
    assertEquals([event.type, event.schemaVersion, event.data], ["Lost", 9, { a: 1 }]);
    break;
  }
});

Deno.test('read() with unknown "pass" fails for an unknown schema version of a known type', async () => {
  const store = await stored([{ type: "Made", data: { n: 1 }, schemaVersion: 4 }], Numbers as never);
  assert(isAetherError(await assertRejects(() => store.read("o", { unknown: "pass" }).toArray()), "corrupt-data"));
});

Deno.test("read() with raw returns events as they are stored", async () => {
  const events: NewEvent[] = [
    { type: "Created", data: { n: 7 } },
    { type: "Made", data: { n: 7 }, schemaVersion: 9 },
    { type: "Lost", data: {} },
  ];
  const store = await stored(events, Numbers as never);
  const expected = [["Created", 1, { n: 7 }], ["Made", 9, { n: 7 }], ["Lost", 1, {}]];
  const facts = (all: readonly { type: string; schemaVersion: number; data: unknown }[]) =>
    all.map(({ type, schemaVersion, data }) => [type, schemaVersion, data]);
  assertEquals(facts(await store.read("o", { raw: true }).toArray()), expected);
  assertEquals(facts(await store.readAll({ raw: true }).toArray()), expected);
  assertEquals(facts(await store.readAll({ raw: true, types: ["Made"] }).toArray()), expected.slice(0, 2));
  for await (const event of store.subscribe({ raw: true })) {
    assertEquals(facts([event]), expected.slice(0, 1));
    break;
  }
});

Deno.test("readAll() with types selects events under former names, and no event of an unknown type", async () => {
  const store = await stored([
    { type: "Created", data: { n: 1 } },
    { type: "Lost", data: {} },
    { type: "Other", data: { n: 2 } },
    { type: "Built", data: { n: 3 } },
  ], Numbers as never);
  const versions = async (types: readonly string[]) =>
    (await store.readAll({ types }).toArray()).map(({ version }) => version);
  assertEquals(await versions(["Made"]), [1, 4]);
  assertEquals(await versions(["Built"]), [1, 4]);
  assertEquals(await versions(["Other", "Made"]), [1, 3, 4]);
  assertEquals((await store.readAll({ types: ["Made"], direction: "backwards", limit: 1 }).toArray())[0]?.version, 4);
});

for (const method of ["readAll", "subscribe"] as const) {
  Deno.test(`${method}() refuses a filter by a type that the map does not have`, () => {
    const store = memory().store("a", Numbers);
    const options = { types: ["Mode"] } as never;
    const error = assertThrows(() => method === "readAll" ? store.readAll(options) : store.subscribe(options));
    assert(isAetherError(error, "invalid-argument") && error.argument === "types", String(error));
    assertStringIncludes(
      error.message,
      'types has "Mode", which is not in the event map. The types of the map are "Made", "Other"',
    );
  });
}

const options: [title: string, options: unknown, message: string][] = [
  ['unknown "skip"', { unknown: "skip" }, 'unknown must be "pass" or "stop", not "skip"'],
  ["a string as raw", { raw: "yes" }, 'raw must be true or false, not "yes"'],
  ["unknown with raw", { raw: true, unknown: "pass" }, "unknown has no effect with raw: true"],
];

for (const [title, given, message] of options) {
  for (const store of [memory().store("a", Numbers), memory().store("a")] as EventStore[]) {
    const kind = store.events === undefined ? "without" : "with";
    Deno.test(`EventStore ${kind} an event map refuses to read with ${title}`, () => {
      for (
        const read of [
          () => store.read("o", given as never),
          () => store.readAll(given as never),
          () => store.subscribe(given as never),
        ]
      ) {
        assertStringIncludes(assertThrows(read, Error).message, message);
      }
    });
  }
}

Deno.test("read() with a map does not change the stored events", async () => {
  const backend = memory();
  const plain = backend.store("a");
  await plain.append("o", [{ type: "Created", data: { n: 7 } }], { expectedVersion: 0 });
  const before = await plain.read("o").toArray();
  await backend.store("a", Numbers).read("o").toArray();
  assertEquals(await plain.read("o").toArray(), before);
});

Deno.test("EventStore reads a log in the shapes of its own event map, beside stores with other maps", async () => {
  const backend = memory();
  const older = backend.store("a", events({ Made: { schema: any, version: 2, from: { 1: add(1) } } }));
  await older.append("o", [{ type: "Made", data: { n: 7 } }], { expectedVersion: 0 });
  const newer = backend.store("a", Numbers);
  assertEquals((await older.read("o").toArray())[0]?.data, { n: 7 });
  assertEquals((await newer.read("o").toArray())[0]?.data, { n: 72 });
  await newer.append("o", [Numbers.Made({ n: 8 })], { expectedVersion: 1 });
  assert(isAetherError(await assertRejects(() => older.read("o").toArray()), "corrupt-data"));
});

Deno.test('read() with validate "append-and-read" returns the output of the schema, after the upcasters', async () => {
  const map = events({
    Placed: { schema: lineSchema, version: 2, from: { 1: (old: string) => ({ sku: old, quantity: 1 }) } },
  }, {
    validate: "append-and-read",
  });
  const store = await stored([
    { type: "Placed", data: "A" },
    { type: "Placed", data: { sku: "B", extra: 1 }, schemaVersion: 2 },
  ], map as never);
  assertEquals((await store.read("o").toArray()).map(({ data }) => data), [
    { sku: "A", quantity: 1 },
    { sku: "B", quantity: 1 },
  ]);
});

Deno.test('read() with validate "append-and-read" fails for stored data that the schema refuses', async () => {
  const newEvents = [{ type: "Placed", data: { sku: 5 } }];
  const validating = await stored(newEvents, events({ Placed: lineSchema }, { validate: "append-and-read" }) as never);
  const error = await assertRejects(() => validating.read("o").toArray());
  assert(isAetherError(error, "corrupt-data"), String(error));
  assertStringIncludes(error.message, "data.sku is not valid: Expected a string");
  const notValidating = await stored(newEvents, events({ Placed: lineSchema }) as never);
  assertEquals((await notValidating.read("o").toArray())[0]?.data, { sku: 5 });
});

Deno.test('read() with validate "append-and-read" fails for a schema whose output is not JSON', async () => {
  const dated = schemaOf<unknown>(() => ({ value: { at: new Date(0) } }));
  const map = events({ Made: dated }, { validate: "append-and-read" });
  const store = await stored([{ type: "Made", data: {} }], map as never);
  const error = await assertRejects(() => store.read("o").toArray());
  assert(isAetherError(error, "corrupt-data"), String(error));
  assertStringIncludes(error.message, "its schema did not return JSON: data.at is a Date");
});

Deno.test('read() with validate "append-and-read" fails for a schema that changes its input', async () => {
  const changing = schemaOf<unknown>((value) => Object.assign(value as object, { sku: "changed" }));
  const store = await stored(
    [{ type: "Placed", data: { sku: "A" } }],
    events({ Placed: changing }, { validate: "append-and-read" }) as never,
  );
  const error = await assertRejects(() => store.read("o").toArray());
  assert(isAetherError(error, "corrupt-data"), String(error));
  assertEquals((await store.read("o", { raw: true }).toArray())[0]?.data, { sku: "A" });
});
