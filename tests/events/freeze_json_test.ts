import { assert, assertEquals, assertThrows } from "@std/assert";
import { ClosedError } from "../../src/errors/closed_error.ts";
import { isAetherError } from "@flowmade-one/aether";
import { freezeJson } from "../../src/events/freeze_json.ts";

const nested = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => ({ inner }), 0);

const accepted: [value: unknown, becomes: unknown, title: string][] = [
  ["", "", "an empty string"],
  ["é😀\u0000\u2028", "é😀\u0000\u2028", "a string of several kinds of characters"],
  [0, 0, "zero"],
  [-0, 0, "minus zero, which JSON does not have"],
  [Number.MAX_VALUE, Number.MAX_VALUE, "the greatest number"],
  [5e-324, 5e-324, "the smallest number"],
  [true, true, "a boolean"],
  [null, null, "null"],
  [[], [], "an empty array"],
  [{}, {}, "an empty object"],
  [{ a: undefined, b: 1 }, { b: 1 }, "a property that is undefined: left out"],
  [{ a: [{ b: [null] }] }, { a: [{ b: [null] }] }, "nesting"],
  [
    { constructor: 1, toString: "x", hasOwnProperty: null },
    { constructor: 1, toString: "x", hasOwnProperty: null },
    "keys that objects have",
  ],
  [{ "": 1, "a.b": 2, "0": 3 }, { "": 1, "a.b": 2, "0": 3 }, "odd keys"],
  [Object.assign(Object.create(null), { a: 1 }), { a: 1 }, "an object without a prototype"],
  [{ [Symbol("s")]: 1, a: 2 }, { a: 2 }, "a symbol key: left out"],
  [
    Object.defineProperty({ a: 1 }, "hidden", { value: 2, enumerable: false }),
    { a: 1 },
    "a property that is not enumerable: left out",
  ],
  [Object.assign([1], { extra: 2 }), [1], "an extra property of an array: left out"],
  [Object.freeze({ a: Object.freeze([1]) }), { a: [1] }, "a value that is frozen already"],
  [new (class extends Array<number> {})(), [], "an array of a class: the same as an array"],
  [new Proxy({ a: 1 }, {}), { a: 1 }, "a proxy of a plain object"],
  [
    {
      get x() {
        return { y: 1 };
      },
    },
    { x: { y: 1 } },
    "an object with a getter",
  ],
  [Object.defineProperty([0], 0, { get: () => 1 }), [1], "an array with a getter"],
  [
    Object.defineProperty({ a: 1 }, "x", { set: () => {}, enumerable: true }),
    { a: 1 },
    "an object with a property that has only a setter: left out",
  ],
  [
    Object.defineProperty({ a: 1 }, "toJSON", { value: () => 2, enumerable: false }),
    { a: 1 },
    "an object with a toJSON that is not enumerable: not called",
  ],
  [nested(100), nested(100), "100 levels"],
];

for (const [value, becomes, title] of accepted) {
  Deno.test(`freezeJson() accepts ${title}`, () => {
    const { value: copy } = freezeJson(value, "data", 1_000_000);
    assertEquals(copy, becomes);
    assertEquals(Object.is(copy, -0), false);
    assertFrozen(copy);
  });
}

const cyclic: Record<string, unknown> = { a: { b: {} } };
(cyclic["a"] as Record<string, unknown>)["b"] = cyclic;
const containingItself: unknown[] = [];
containingItself.push(containingItself);
class Money {
  readonly amount = 1;
}

const refused: [value: unknown, path: string, message: string, title: string][] = [
  [undefined, "data", "is missing", "undefined"],
  [NaN, "data", "NaN", "NaN"],
  [{ a: { b: Infinity } }, "data.a.b", "Infinity", "an infinite number"],
  [[0, -Infinity], "data[1]", "-Infinity", "a negative infinite number"],
  [1n, "data", "bigint", "a bigint"],
  [Symbol("s"), "data", "symbol", "a symbol"],
  [{ f: () => 1 }, "data.f", "function", "a function"],
  [{ toJSON: () => 1 }, "data.toJSON", "function", "an object with a toJSON()"],
  [[1, undefined], "data[1]", "undefined", "undefined in an array"],
  // deno-lint-ignore no-sparse-arrays -- the test needs a hole
  [{ items: [1, , 3] }, "data.items[1]", "hole", "a sparse array"],
  [new Array(3), "data[0]", "hole", "an array of nothing but holes"],
  [{ items: [{}, {}, { when: new Date() }] }, "data.items[2].when", "is a Date", "a date"],
  [new Map(), "data", "is a Map", "a map"],
  [new Set(), "data", "is a Set", "a set"],
  [/x/, "data", "is a RegExp", "a regular expression"],
  [new Uint8Array(1), "data", "is a Uint8Array", "bytes"],
  [Promise.resolve(), "data", "is a Promise", "a promise"],
  [new Money(), "data", "is a Money", "an instance of a class"],
  [new String("x"), "data", "is a String", "a String object"],
  [Object.create({ inherited: 1 }), "data", "an object that inherits from another", "an object that inherits"],
  [
    {
      get x() {
        return new Date();
      },
    },
    "data.x",
    "is a Date",
    "a getter that returns a date",
  ],
  [
    {
      get toJSON() {
        return () => 1;
      },
    },
    "data.toJSON",
    "function",
    "a getter that returns a function toJSON",
  ],
  [Object.defineProperty([0], 0, { set: () => {} }), "data[0]", "undefined", "a setter in an array"],
  [JSON.parse('{"a":{"__proto__":{"admin":true}}}'), "data.a.__proto__", "prototype", "__proto__ as a key"],
  ["\ud800", "data", "lone surrogate", "the first half of a surrogate pair"],
  [{ a: ["x\udc00"] }, "data.a[0]", "lone surrogate", "the second half of a surrogate pair"],
  [{ "\ud800": 1 }, 'data["\\ud800"]', "lone surrogate", "half of a surrogate pair in a key"],
  [{ "a b": { "0": NaN } }, 'data["a b"]["0"]', "NaN", "a key that is no name, shown in brackets"],
  [cyclic, "data.a.b.a.b.a.b.a.b…", "cycle", "a cycle"],
  [containingItself, "data[0][0][0][0][0][0][0][0]…", "cycle", "an array in itself"],
  [
    {
      get inner(): unknown {
        return this;
      },
    },
    "data.inner.inner.inner.inner.inner.inner.inner.inner…",
    "cycle",
    "a getter that returns its object",
  ],
  [
    {
      get made() {
        return containingItself;
      },
    },
    "data.made[0][0][0][0][0][0][0]…",
    "more than 100 levels deep",
    "a getter that returns a cycle",
  ],
  [nested(101), "data.inner.inner.inner.inner.inner.inner.inner.inner…", "more than 100 levels deep", "101 levels"],
  [
    nested(100_000),
    "data.inner.inner.inner.inner.inner.inner.inner.inner…",
    "more than 100 levels deep",
    "100,000 levels",
  ],
  [Proxy.revocable({}, {}), "data.revoke", "function", "a function beside a proxy"],
];

for (const [value, path, message, title] of refused) {
  Deno.test(`freezeJson() refuses ${title}`, () => {
    const error = assertThrows(() => freezeJson(value, "data", 1_000_000), Error, message);
    assertEquals(isAetherError(error, "invalid-event") && error.path, path);
  });
}

Deno.test("freezeJson() calls each getter once, and copies the checked value", () => {
  let calls = 0;
  const changing = {
    get item() {
      return ++calls === 1 ? "a string" : new Date();
    },
  };
  assertEquals(freezeJson(changing, "data", 1_000_000).value, { item: "a string" });
  assertEquals(calls, 1);
});

Deno.test("freezeJson() reads each property of a proxy once, and copies the checked value", () => {
  let reads = 0;
  const changing = new Proxy({ item: 0 }, { get: () => ++reads === 1 ? "a string" : new Date() });
  assertEquals(freezeJson({ changing }, "data", 1_000_000).value, { changing: { item: "a string" } });
  assertEquals(freezeJson(new Proxy([0], { get: readElements }), "data", 1_000_000).value, [1]);
  assertEquals(reads, 1);
  assertEquals(elementReads, 1);
});

let elementReads = 0;
function readElements(_: unknown, key: string | symbol): unknown {
  return key === "length" ? 1 : ++elementReads;
}

const thrown: [title: string, cause: Error][] = [
  ["an error", new Error("no rate")],
  ["an error of this package", new ClosedError("the rates were closed")],
  ["the refusal of other data", assertThrows(() => freezeJson(undefined, "other", 1_000_000), Error)],
];

for (const [title, cause] of thrown) {
  Deno.test(`freezeJson() refuses an object whose getter throws ${title}, with the error as the cause`, () => {
    const data = {
      get rate() {
        throw cause;
      },
    };
    const error = assertThrows(() => freezeJson(data, "data", 1_000_000), Error, "data cannot be read");
    assert(isAetherError(error, "invalid-event") && error.cause === cause);
  });
}

Deno.test("freezeJson() refuses data that is nested too deep below a property that a getter sets to null", () => {
  const data = {
    first: {
      get second() {
        data.first = null as never;
        return nested(100);
      },
    },
  };
  const error = assertThrows(() => freezeJson(data, "data", 1_000_000), Error, "more than 100 levels deep");
  assert(isAetherError(error, "invalid-event") && error.cause === undefined);
});

Deno.test("freezeJson() does not visit the keys that an object inherits", () => {
  let visits = 0;
  const parent = new Proxy(Object.create(null), {
    ownKeys() {
      visits++;
      return [];
    },
  });
  const child = Object.assign(Object.create(parent), { a: 1 });
  assertEquals(freezeJson({ child }, "data", 1_000_000).value, { child: { a: 1 } });
  assertEquals(visits, 0);
});

Deno.test("freezeJson() leaves out properties that an object inherits", () => {
  const parent = Object.create(null, { inherited: { value: 1, enumerable: true } });
  assertEquals(freezeJson(Object.create(parent), "data", 1_000_000).value, {});
});

Deno.test("freezeJson() refuses a proxy whose traps throw, with their error as the cause", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const error = assertThrows(() => freezeJson({ a: proxy }, "data", 1_000_000));
  assert(isAetherError(error, "invalid-event") && error.cause instanceof TypeError);
});

Deno.test("freezeJson() returns a copy that shares no object with the original", () => {
  const original = { a: { b: [1] } };
  const copy = freezeJson(original, "data", 1_000_000).value as typeof original;
  assert(copy.a !== original.a && copy.a.b !== original.a.b);
  original.a.b.push(2);
  assertEquals(copy, { a: { b: [1] } });
  assertEquals(Object.isFrozen(original), false, "the original is not frozen");
});

Deno.test("freezeJson() does not change a prototype by __proto__ in the data", () => {
  assertThrows(() => freezeJson(JSON.parse('{"__proto__":{"polluted":true}}'), "data", 1_000_000));
  assertEquals(({} as { polluted?: boolean }).polluted, undefined);
});

Deno.test("freezeJson() returns a bound that is never below the bytes of the JSON", () => {
  const values = [
    "\u0001".repeat(100),
    "é".repeat(100),
    "😀".repeat(100),
    '"\\'.repeat(100),
    -1.7976931348623157e308,
    { ["\u0001".repeat(10)]: [true, false, null, -5e-324] },
    [[[[]]], {}, "", 0],
    Array(500).fill(""),
    Array(500).fill({}),
  ];
  for (const value of values) {
    const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
    assert(freezeJson(value, "data", 1_000_000).maxBytes >= bytes, JSON.stringify(value).slice(0, 80));
  }
});

function assertFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assert(Object.isFrozen(value));
  Object.values(value).forEach(assertFrozen);
}

Deno.test("freezeJson() stops early for a value that is certainly too large", () => {
  let shared: unknown = {};
  for (let level = 0; level < 60; level++) shared = { a: shared, b: shared };
  for (const value of [shared, Array(1_000_001).fill(0), ["x".repeat(1_000_001), 0]]) {
    const error = assertThrows(() => freezeJson(value, "data", 1_000_000), Error, "more than 1000000 bytes");
    assert(isAetherError(error, "too-large") && error.maxBytes === 1_000_000);
  }
});

Deno.test("freezeJson() accepts a value with exactly the limit of bytes", () => {
  for (const value of ["x".repeat(50), Array(50).fill(0), Array(20).fill({ a: 1 }), [[[[[]]]]], Array(30).fill("")]) {
    const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
    assertEquals(freezeJson(value, "data", bytes).value, value);
  }
});
