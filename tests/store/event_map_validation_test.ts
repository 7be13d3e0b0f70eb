import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { events, isAetherError, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { lineSchema, schemaOf } from "../events/schema_support.ts";

const Orders = events({ Placed: lineSchema, Shipped: unchecked<{ at: string }>() });

Deno.test("append() stores the output of the schema", async () => {
  const store = memory().store("a", Orders);
  const given = { sku: "A", extra: true };
  const { events: recorded } = await store.append("o", [{ type: "Placed", data: given as never }], {
    expectedVersion: 0,
  });
  assertEquals(recorded?.[0]?.data, { sku: "A", quantity: 1 });
  assertEquals(await store.read("o").toArray(), recorded);
  assertEquals(given, { sku: "A", extra: true });
});

const refused: [title: string, event: unknown, path: string, message: string][] = [
  ["data that the schema refuses", { type: "Placed", data: { sku: 5 } }, "events[1].data.sku", "Expected a string"],
  [
    "a type that the map does not have",
    { type: "Cancelled", data: {} },
    "events[1].type",
    'The types of the map are "Placed", "Shipped"',
  ],
  [
    "another schema version",
    { type: "Placed", data: { sku: "A" }, schemaVersion: 2 },
    "events[1].schemaVersion",
    'has version 1 of "Placed". Omit it',
  ],
  [
    "data of an unchecked() type that is not JSON",
    { type: "Shipped", data: { at: new Date() } },
    "events[1].data.at",
    "toISOString",
  ],
  ["missing data", { type: "Shipped" }, "events[1].data", "is missing"],
];

for (const [title, event, path, message] of refused) {
  Deno.test(`append() of a store with schemas refuses ${title}, and stores nothing`, async () => {
    const store = memory().store("a", Orders);
    const both = [Orders.Placed({ sku: "A" }), event as never];
    const error = await assertRejects(() => store.append("o", both, { expectedVersion: 0 }));
    assert(isAetherError(error, "invalid-event"), String(error));
    assertEquals(error.path, path);
    assertStringIncludes(error.message, message);
    assertEquals(await store.latestVersion("o"), 0);
  });

  Deno.test(`publish() of a bus with schemas refuses ${title}, and delivers nothing`, () => {
    const backend = memory();
    const seen: unknown[] = [];
    backend.bus.within("a").subscribe((event) => seen.push(event));
    const error = assertThrows(() => backend.bus.within("a", Orders).publish("o", event as never));
    assert(isAetherError(error, "invalid-event"), String(error));
    assertEquals(error.path, path.replace("events[1]", "event"));
    assertEquals(seen, []);
  });
}

Deno.test("publish() delivers the output of the schema", () => {
  const backend = memory();
  const seen: unknown[] = [];
  backend.bus.within("a").subscribe(({ data }) => seen.push(data));
  backend.bus.within("a", Orders).publish("o", { type: "Placed", data: { sku: "A" } as never });
  backend.bus.within("a", Orders).publish("o", Orders.Placed({ sku: "B" }));
  assertEquals(seen, [{ sku: "A", quantity: 1 }, { sku: "B", quantity: 1 }]);
});

/** Schemas that throw, or return no result of a Standard Schema. */
const faults: [title: string, validate: (value: unknown) => unknown, message: string][] = [
  ["throws", () => {
    throw new Error("no network");
  }, "its schema threw Error: no network"],
  ["throws null", () => {
    throw null;
  }, "its schema threw null"],
  [
    "returns a promise",
    () => Promise.resolve({ value: 1 }),
    "its schema returned a promise. Use a synchronous schema",
  ],
  ["returns a promise that rejects", () => Promise.reject(new Error("no")), "returned a promise"],
  ["returns a thenable", () => ({ then: () => {} }), "returned a promise"],
  ["returns an object whose then throws", () =>
    Object.defineProperty({}, "then", {
      get: () => {
        throw new Error("then");
      },
    }), "its schema threw Error: then"],
  ["returns nothing", () => undefined, "its schema returned undefined"],
  ["returns a boolean", () => true, "its schema returned true"],
  ["returns neither a value nor issues", () => ({}), "returned neither a value nor issues"],
  ["returns issues that are not an array", () => ({ issues: "no" }), "returned issues that are not an array"],
  ["returns an empty array of issues", () => ({ issues: [] }), "returned issues that are not an array of issues"],
  ["returns null as an issue", () => ({ issues: [null] }), "returned an issue that is null"],
  [
    "returns an issue whose path is not an array",
    () => ({ issues: [{ message: "no", path: 7 }] }),
    "returned an issue whose path is not an array",
  ],
];

for (const [title, validate, message] of faults) {
  Deno.test(`append() refuses an event whose schema ${title}, and stores nothing`, async () => {
    const store = memory().store("a", events({ Placed: schemaOf<unknown>(validate) }));
    const error = await assertRejects(() => store.append("o", [{ type: "Placed", data: {} }], { expectedVersion: 0 }));
    assert(isAetherError(error, "invalid-argument") && error.argument === "events.Placed", String(error));
    assertStringIncludes(error.message, `Cannot validate events[0].data of an event "Placed": its schema`);
    assertStringIncludes(error.message, message);
    assertEquals(await store.latestVersion("o"), 0);
  });
}

/** Outputs of schemas that cannot be stored. */
const outputs: [title: string, output: unknown, message: string][] = [
  ["undefined", undefined, "events[0].data is missing"],
  ["a Date", new Date(0), "events[0].data is a Date"],
  ["a Date inside", { at: new Date(0) }, "events[0].data.at is a Date"],
  [
    "a getter of a Date",
    Object.defineProperty({}, "sku", { enumerable: true, get: () => new Date(0) }),
    "events[0].data.sku is a Date",
  ],
  ["a bigint", { amount: 1n }, "events[0].data.amount is the bigint 1"],
  ["a cycle", cycle(), "a cycle"],
];

function cycle(): object {
  const object: { self?: object } = {};
  object.self = object;
  return object;
}

for (const [title, output, message] of outputs) {
  Deno.test(`append() refuses an event whose schema returns ${title}, and stores nothing`, async () => {
    const store = memory().store("a", events({ Placed: schemaOf<unknown>(() => ({ value: output })) }));
    const error = await assertRejects(() => store.append("o", [{ type: "Placed", data: {} }], { expectedVersion: 0 }));
    assert(isAetherError(error, "invalid-event"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals(await store.latestVersion("o"), 0);
  });
}

Deno.test("append() stores a copy of the schema's output, which the schema may change later", async () => {
  const output: { sku: string } = { sku: "A" };
  const store = memory().store("a", events({ Placed: schemaOf<object>(() => ({ value: output })) }));
  await store.append("o", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
  output.sku = "B";
  assertEquals((await store.read("o").toArray())[0]?.data, { sku: "A" });
});

Deno.test("append() stores the change of a schema to its input, and does not change the caller's data", async () => {
  const store = memory().store(
    "a",
    events({
      Placed: schemaOf<{ lines: { sku: string }[] }>((value) => {
        (value as { lines: { sku: string }[] }).lines[0]!.sku = "changed";
        return { value };
      }),
    }),
  );
  const data = Object.freeze({ lines: Object.freeze([Object.freeze({ sku: "A" })]) as { sku: string }[] });
  await store.append("o", [{ type: "Placed", data }], { expectedVersion: 0 });
  assertEquals(data.lines[0]!.sku, "A");
  assertEquals((await store.read("o").toArray())[0]?.data, { lines: [{ sku: "changed" }] });
});

const changing: [name: string, make: (next: () => number) => object][] = [
  ["a getter", (next) => ({
    get n() {
      return next();
    },
  })],
  ["a getter of an array", (next) => Object.defineProperty([0], 0, { get: next, enumerable: true })],
  ["a proxy", (next) => new Proxy({ n: 0 }, { get: next })],
];

for (const [name, make] of changing) {
  for (
    const [place, wrap] of [["the data", (value: unknown) => value], [
      "an object in it",
      (at: unknown) => ({ at }),
    ]] as const
  ) {
    Deno.test(`append() with a schema reads ${name} of ${place} once, and stores the validated value`, async () => {
      let reads = 0;
      const validated: string[] = [];
      const schema = schemaOf<unknown>((value) => {
        validated.push(JSON.stringify(value));
        return { value };
      });
      const store = memory().store("a", events({ Placed: schema }));
      const data = wrap(make(() => ++reads));
      await store.append("o", [{ type: "Placed", data }], { expectedVersion: 0 });
      const [event] = await store.read("o").toArray();
      assertEquals([JSON.stringify(event?.data), reads], [validated[0], 1]);
    });
  }
}

Deno.test("append() refuses an event with a schema if a getter throws, with the error as the cause", async () => {
  const cause = new Error("no rate");
  const store = memory().store("a", events({ Placed: schemaOf<object>((value) => ({ value })) }));
  const data = {
    get rate() {
      throw cause;
    },
  };
  const error = await assertRejects(() => store.append("o", [{ type: "Placed", data }], { expectedVersion: 0 }));
  assert(isAetherError(error, "invalid-event") && error.cause === cause, String(error));
});

Deno.test("append() passes a schema the objects that it cannot copy, and the key __proto__ as a key", async () => {
  const at = new Date(0);
  const inputs: object[] = [];
  const schema = schemaOf<object>((value) => {
    inputs.push(value as object);
    return { value: null };
  });
  const store = memory().store("a", events({ Placed: schema }));
  const data = Object.assign(JSON.parse('{"__proto__":{"admin":true}}'), { at });
  await store.append("o", [{ type: "Placed", data }], { expectedVersion: 0 });
  assertEquals(Object.entries(inputs[0]!), [["__proto__", { admin: true }], ["at", at]]);
  assertEquals(Object.getPrototypeOf(inputs[0]), Object.prototype);
});

Deno.test("append() refuses a schema that returns its input with a cycle or with many references to one object", async () => {
  const store = memory().store("a", events({ Placed: schemaOf<unknown>((value) => ({ value })) }));
  const cycle: Record<string, unknown> = {};
  cycle["inner"] = cycle;
  let shared: unknown = {};
  for (let level = 0; level < 60; level++) shared = { a: shared, b: shared };
  for (const [data, code] of [[cycle, "invalid-event"], [shared, "too-large"]] as const) {
    const error = await assertRejects(() => store.append("o", [{ type: "Placed", data }], { expectedVersion: 0 }));
    assert(isAetherError(error) && error.code === code, String(error));
  }
});

Deno.test("append() does not validate an event from a constructor of its event map again", async () => {
  let calls = 0;
  const Counted = events({
    Placed: schemaOf<{ n: string }, { n: number }>((value) => {
      calls++;
      return { value: { n: Number((value as { n: string }).n) } };
    }),
  });
  const store = memory().store("a", Counted);
  await store.append("o", [Counted.Placed({ n: "7" })], { expectedVersion: 0 });
  assertEquals([calls, (await store.read("o").toArray())[0]?.data], [1, { n: 7 }]);
});

Deno.test("append() validates an event from a constructor of another event map", async () => {
  const Loose = events({ Placed: unchecked<{ sku: number }>() });
  const store = memory().store("a", Orders);
  const error = await assertRejects(() =>
    store.append("o", [Loose.Placed({ sku: 7 }) as never], { expectedVersion: 0 })
  );
  assert(isAetherError(error, "invalid-event") && error.path === "events[0].data.sku", String(error));
});

Deno.test("append() validates a changed copy of an event from a constructor", async () => {
  const store = memory().store("a", Orders);
  const copy = { ...Orders.Placed({ sku: "A" }), data: { sku: 7 } };
  const error = await assertRejects(() => store.append("o", [copy as never], { expectedVersion: 0 }));
  assert(isAetherError(error, "invalid-event") && error.path === "events[0].data.sku", String(error));
});

Deno.test("append() rejects if the schema closes the store", async () => {
  const backend = memory();
  const store = backend.store(
    "a",
    events({
      Placed: schemaOf<null>((value) => {
        void store.close();
        return { value };
      }),
    }),
  );
  const error = await assertRejects(() => store.append("o", [{ type: "Placed", data: null }], { expectedVersion: 0 }));
  assert(isAetherError(error, "closed"), String(error));
  assertEquals(await backend.store("a").latestVersion("o"), 0);
});
