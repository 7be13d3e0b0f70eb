import { assert, assertEquals } from "@std/assert";
import { formatValue, messageOf } from "../../src/base/format_value.ts";

Deno.test("formatValue() ends on a cycle, and shows a repeated object each time", () => {
  const value: Record<string, unknown> = { n: 1 };
  value.self = [value];
  assertEquals(formatValue(value), "{ n: 1, self: [a cycle] }");
  const shared = { a: 1 };
  assertEquals(formatValue([shared, shared]), "[{ a: 1 }, { a: 1 }]");
});

function fail(): never {
  throw new Error("a member that throws");
}

const hostile: readonly [title: string, value: unknown, formatted: string, message: string][] = [
  ["an error", new RangeError("no"), "RangeError: no", "no"],
  ["a string", "no", '"no"', "no"],
  ["an object without properties", {}, "{}", "{}"],
  ["an object without a prototype", Object.create(null), "{}", "{}"],
  ["a response", new Response(), "Response {}", "Response {}"],
  ["a map", new Map([["a", new Set([1])]]), 'Map [["a", Set [1]]]', 'Map [["a", Set [1]]]'],
  ["bytes", new Uint8Array([1, 2]), "Uint8Array [1, 2]", "Uint8Array [1, 2]"],
  [
    "an error whose message throws",
    Object.defineProperty(new Error(), "message", { get: fail }),
    "an object that cannot be formatted",
    "an object that cannot be formatted",
  ],
  [
    "a proxy whose traps throw",
    new Proxy({}, { getPrototypeOf: fail }),
    "an object that cannot be formatted",
    "an object that cannot be formatted",
  ],
];

for (const [title, value, formatted, message] of hostile) {
  Deno.test(`formatValue() and messageOf() format ${title}`, () => {
    assertEquals([formatValue(value), messageOf(value)], [formatted, message]);
  });
}

/** Maximum length of a formatted object: 400 characters and an ellipsis. */
const MAX_LENGTH = 401;

/** Counts the properties that are read. */
function counted<T extends object>(value: T, counts: { reads: number }): T {
  return new Proxy(value, {
    get: (target, key) => {
      if (typeof key === "string") counts.reads++;
      return Reflect.get(target, key);
    },
  });
}

type Graph = Record<string, unknown>;

/** 10 objects, each with references to all others. */
function linked(counts: { reads: number }): Graph {
  const nodes = Array.from({ length: 10 }, (): Graph => counted({}, counts));
  for (const node of nodes) nodes.forEach((other, i) => node !== other && (node[`n${i}`] = other));
  return nodes[0]!;
}

/** 20 objects, each with two references to the next. */
function diamond(counts: { reads: number }): Graph {
  let value: Graph = {};
  for (let i = 0; i < 20; i++) value = counted({ a: value, b: value }, counts);
  return value;
}

const large: readonly [title: string, make: (counts: { reads: number }) => object, start: string][] = [
  ["10 linked objects", linked, "{ n1: { n0: a cycle, n2: {"],
  ["a diamond of 20 levels", diamond, "{ a: { a: {"],
  ["an object of 10,000 properties", (counts) => {
    return counted(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`p${i}`, i])), counts);
  }, "{ p0: 0, p1: 1"],
  ["an array of 10,000 items", (counts) => counted(Array.from({ length: 10_000 }, () => 0), counts), "[0, 0"],
  ["nested arrays", (counts) => {
    let value: unknown[] = [];
    for (let i = 0; i < 10_000; i++) value = counted([value], counts);
    return value;
  }, "[[["],
];

for (const [title, make, start] of large) {
  Deno.test(`formatValue() reads no members of ${title} after the last shown character`, () => {
    const counts = { reads: 0 };
    const formatted = formatValue(make(counts));
    assertEquals([formatted.slice(0, start.length), formatted.length, formatted.at(-1)], [start, MAX_LENGTH, "…"]);
    assert(counts.reads < 2_000, `${counts.reads} reads`);
  });
}

Deno.test("formatValue() reads no bytes and no items of a set after the last shown character", () => {
  let yielded = 0;
  class Items extends Set<number> {
    override *[Symbol.iterator](): SetIterator<number> {
      for (; yielded < 10_000; yielded++) yield 0;
    }
  }
  class Bytes extends Uint8Array {
    override *[Symbol.iterator](): ArrayIterator<number> {
      for (; yielded < 10_000; yielded++) yield 0;
    }
  }
  for (const [value, start] of [[new Items(), "Items [0, 0"], [new Bytes(10_000), "Bytes [0, 0"]] as const) {
    yielded = 0;
    const formatted = formatValue(value);
    assertEquals([formatted.slice(0, start.length), formatted.length], [start, MAX_LENGTH]);
    assert(yielded > 0 && yielded < MAX_LENGTH, `${yielded} items`);
  }
});
