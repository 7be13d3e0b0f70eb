/** Calls of upcasters by reads, and upcasters that fail. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { events, isAetherError, unchecked } from "@flowmade-one/aether";
import { any, stored } from "./numbers.ts";

/** Upcasters that fail. */
const broken: [title: string, upcaster: (data: never) => unknown, message: string][] = [
  ["throws", () => {
    throw new Error("no rate");
  }, "its upcaster for version 1 threw Error: no rate"],
  ["changes its argument", (data: { n: number }) => {
    data.n = 1;
    return data;
  }, "It must return new data, and must not change its argument"],
  ["deletes a member of its argument", (data: { n?: number }) => {
    delete data.n;
    return data;
  }, "It must return new data, and must not change its argument"],
  ["returns nothing", () => {}, "its upcaster for version 1 returned undefined. Return the new data"],
  [
    "returns a promise",
    () => Promise.resolve({ n: 1 }),
    "its upcaster for version 1 returned a promise. It must be synchronous",
  ],
  [
    "returns a promise that rejects",
    () => Promise.reject(new Error("no rate")),
    "its upcaster for version 1 returned a promise. It must be synchronous",
  ],
  ["returns a Date", () => ({ at: new Date(0) }), "its upcaster for version 1 did not return JSON: data.at is a Date"],
  [
    "returns a getter of a Date",
    () => Object.defineProperty({}, "n", { enumerable: true, get: () => new Date(0) }),
    "data.n is a Date",
  ],
];

for (const [title, upcaster, message] of broken) {
  Deno.test(`read() yields the events before one whose upcaster ${title}, then fails`, async () => {
    const map = events({ Made: { schema: any, version: 2, from: { 1: upcaster as (data: unknown) => never } } });
    const store = await stored([
      { type: "Made", data: { n: 1 }, schemaVersion: 2 },
      { type: "Made", data: { n: 2 } },
      { type: "Made", data: { n: 3 }, schemaVersion: 2 },
    ], map as never);
    const seen: unknown[] = [];
    const error = await assertRejects(async () => {
      for await (const event of store.read("o")) seen.push(event.data);
    });
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals([seen, error.version, error.schemaVersion], [[{ n: 1 }], 2, 1]);
  });
}

/** First upcasters that do not return JSON, in a chain whose second upcaster copies all members. */
const brokenFirst: [title: string, upcaster: () => unknown, message: string][] = [
  [
    "returns a promise",
    () => Promise.resolve({ n: 1 }),
    "its upcaster for version 1 returned a promise",
  ],
  ["returns a thenable", () => ({ n: 1, then: () => {} }), "version 1 did not return JSON: data.then is a function"],
  ["returns a Date", () => new Date(0), "its upcaster for version 1 did not return JSON: data is a Date"],
];

for (const [title, upcaster, message] of brokenFirst) {
  Deno.test(`read() fails for an event whose first upcaster ${title}, and does not call the second one`, async () => {
    const made = {
      schema: unchecked<object>(),
      version: 3,
      from: { 1: upcaster, 2: (old: object) => ({ ...old, m: 2 }) },
    };
    const store = await stored([{ type: "Made", data: { n: 1 } }], events({ Made: made as never }) as never);
    const error = await assertRejects(() => store.read("o").toArray());
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertStringIncludes(error.message, message);
  });
}

Deno.test("read() passes frozen data to each upcaster of a chain, and does not freeze the object that an upcaster returned", async () => {
  const shared = { n: 1, list: [1] };
  const change = (old: { list: number[] }) => ({ list: old.list.splice(0) }) as object;
  const from = { 1: () => shared, 2: change as (old: unknown) => never };
  const store = await stored(
    [{ type: "Made", data: null }],
    events({ Made: { schema: unchecked<object>(), version: 3, from } }) as never,
  );
  const error = await assertRejects(() => store.read("o").toArray());
  assert(isAetherError(error, "corrupt-data"), String(error));
  assertStringIncludes(error.message, "its upcaster for version 2 threw TypeError");
  assertStringIncludes(error.message, "It must return new data, and must not change its argument");
  assertEquals([shared, Object.isFrozen(shared)], [{ n: 1, list: [1] }, false]);
});

Deno.test("read() calls upcasters without a receiver", async () => {
  const receivers: unknown[] = [];
  function upcaster(this: unknown): { n: number } {
    receivers.push(this);
    return { n: 1 };
  }
  const map = events({ Made: { schema: any, version: 2, from: { 1: upcaster as () => { n: number } } } });
  await (await stored([{ type: "Made", data: null }], map as never)).read("o").toArray();
  assertEquals(receivers, [undefined]);
});
