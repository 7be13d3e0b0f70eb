/** What the tests of this project rely on in `@std/assert`: holds for the real package and for its bridge. */
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "@std/assert";

class Point {
  readonly #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

class Other extends Point {}

const loop: Record<string, unknown> = { name: "loop" };
loop.self = loop;
const sameLoop: Record<string, unknown> = { name: "loop" };
sameLoop.self = sameLoop;

const bytes = (...values: number[]) => new Uint8Array(values);
const noPrototype = (value: object) => Object.assign(Object.create(null), value);
const callback = () => {};

const pairs: [a: unknown, b: unknown, equal: boolean, because: string][] = [
  [1, 1, true, "the same number"],
  [1, "1", false, "no conversion"],
  [NaN, NaN, true, "NaN equals itself"],
  [0, -0, true, "zero has no sign"],
  [null, undefined, false, "two kinds of nothing"],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true, "properties have no order"],
  [{ a: undefined }, {}, false, "undefined is not absent"],
  [{ a: undefined }, { b: undefined }, false, "undefined under another name"],
  [[1, 2], [2, 1], false, "arrays have an order"],
  [[1, undefined], [1], false, "undefined is an element"],
  // deno-lint-ignore no-sparse-arrays
  [[1, , 2], [1, undefined, 2], false, "a hole is not undefined"],
  [[], {}, false, "an array is no plain object"],
  [Object.freeze({ a: 1 }), { a: 1 }, true, "frozen or not"],
  [noPrototype({ a: 1 }), { a: 1 }, true, "a plain object with or without prototype"],
  [{ [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }, false, "symbols are keys"],
  [callback, callback, true, "the same function"],
  [() => {}, () => {}, false, "two functions"],
  [new Point(1), new Point(1), true, "getters of a class say the same"],
  [new Point(1), new Point(2), false, "getters of a class differ"],
  [new Point(1), new Other(1), false, "another class"],
  [new Point(1), { x: 1 }, false, "a class is no plain object"],
  [new Date(5), new Date(5), true, "the same moment"],
  [new Date(5), new Date(6), false, "another moment"],
  [/a/g, /a/g, true, "the same expression"],
  [/a/g, /a/i, false, "other flags"],
  [new URL("http://a/b"), new URL("http://a/b"), true, "the same address"],
  [new URL("http://a/b"), new URL("http://a/c"), false, "another address"],
  [bytes(1, 2), bytes(1, 2), true, "the same bytes"],
  [bytes(1, 2), bytes(1, 3), false, "other bytes"],
  [bytes(1), new Uint16Array([1]), false, "another kind of array"],
  [bytes(1, 2).buffer, bytes(1, 2).buffer, true, "the same bytes in a buffer"],
  [bytes(1, 2).buffer, bytes(1, 3).buffer, false, "other bytes in a buffer"],
  [new Set([1, 2]), new Set([2, 1]), true, "sets have no order"],
  [new Set([{ a: 1 }]), new Set([{ a: 1 }]), true, "elements of sets are compared deeply"],
  [new Set([{ a: 1 }]), new Set([{ a: 2 }]), false, "elements of sets differ"],
  [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]]), true, "values of maps are compared deeply"],
  [new Map([["a", 1]]), new Map([["a", 2]]), false, "values of maps differ"],
  [new Map([["a", 1]]), new Map([["b", 1]]), false, "keys of maps differ"],
  [new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]]), true, "keys of maps are compared deeply"],
  [new Map(), new Set(), false, "a map is no set"],
  [loop, sameLoop, true, "cycles end"],
  [new Error("a"), new Error("b"), false, "messages differ"],
];

Deno.test("equal, assertEquals and assertNotEquals agree on every pair", async (t) => {
  for (const [a, b, expected, because] of pairs) {
    await t.step(`${expected ? "equal" : "different"}: ${because}`, () => {
      if (equal(a, b) !== expected || equal(b, a) !== expected) throw new Error("equal says otherwise");
      if (passes(() => assertEquals(a, b)) !== expected) throw new Error("assertEquals says otherwise");
      if (passes(() => assertNotEquals(a, b)) === expected) throw new Error("assertNotEquals says otherwise");
    });
  }
});

const nothing = () => {};
const throws = (error: unknown) => () => {
  throw error;
};

const facts: [fact: string, check: () => unknown, holds: boolean][] = [
  ["assert of 1", () => assert(1), true],
  ["assert of an empty text", () => assert(""), false],
  ["assertFalse of 0", () => assertFalse(0), true],
  ["assertFalse of an empty array", () => assertFalse([]), false],
  ["assertExists of 0", () => assertExists(0), true],
  ["assertExists of null", () => assertExists(null), false],
  ["assertExists of undefined", () => assertExists(undefined), false],
  ["assertStrictEquals of NaN and NaN", () => assertStrictEquals(NaN, NaN), true],
  ["assertStrictEquals of 0 and -0", () => assertStrictEquals(0, -0), false],
  ["assertStrictEquals of two like objects", () => assertStrictEquals({}, {}), false],
  ["assertInstanceOf of a subclass", () => assertInstanceOf(new Other(1), Point), true],
  ["assertInstanceOf of a superclass", () => assertInstanceOf(new Point(1), Other), false],
  ["assertInstanceOf of null", () => assertInstanceOf(null, Point), false],
  ["assertMatch of a match", () => assertMatch("abc", /b/), true],
  ["assertMatch of no match", () => assertMatch("abc", /d/), false],
  ["assertNotMatch of no match", () => assertNotMatch("abc", /d/), true],
  ["assertNotMatch of a match", () => assertNotMatch("abc", /b/), false],
  ["assertStringIncludes of a part", () => assertStringIncludes("abc", "bc"), true],
  ["assertStringIncludes of no part", () => assertStringIncludes("abc", "cb"), false],
  ["assertArrayIncludes of equal elements", () => assertArrayIncludes([{ a: 1 }, 2], [{ a: 1 }]), true],
  ["assertArrayIncludes of a missing element", () => assertArrayIncludes([1, 2], [1, 3]), false],
  ["assertGreater of 2 and 1", () => assertGreater(2, 1), true],
  ["assertGreater of 1 and 1", () => assertGreater(1, 1), false],
  ["assertGreaterOrEqual of 1 and 1", () => assertGreaterOrEqual(1, 1), true],
  ["assertGreaterOrEqual of 0 and 1", () => assertGreaterOrEqual(0, 1), false],
  ["assertLess of 1 and 2", () => assertLess(1, 2), true],
  ["assertLess of 1 and 1", () => assertLess(1, 1), false],
  ["assertLess of NaN and 1", () => assertLess(NaN, 1), false],
  ["assertLessOrEqual of 1 and 1", () => assertLessOrEqual(1, 1), true],
  ["assertLessOrEqual of 2 and 1", () => assertLessOrEqual(2, 1), false],
  ["assertAlmostEquals within the usual tolerance", () => assertAlmostEquals(1, 1 + 1e-8), true],
  ["assertAlmostEquals beyond the usual tolerance", () => assertAlmostEquals(1, 1 + 1e-6), false],
  ["assertAlmostEquals within a tolerance given", () => assertAlmostEquals(10, 12, 2), true],
  ["assertAlmostEquals beyond a tolerance given", () => assertAlmostEquals(10, 13, 2), false],
  ["assertAlmostEquals of infinity and itself", () => assertAlmostEquals(Infinity, Infinity), true],
  ["assertObjectMatch of a part", () => assertObjectMatch({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } }), true],
  ["assertObjectMatch of another value", () => assertObjectMatch({ a: 1 }, { a: 2 }), false],
  ["assertObjectMatch of a missing key", () => assertObjectMatch({ a: 1 }, { b: 1 }), false],
  ["assertObjectMatch of the first elements", () => assertObjectMatch({ a: [1, 2, 3] }, { a: [1, 2] }), true],
  ["assertObjectMatch of too many elements", () => assertObjectMatch({ a: [1] }, { a: [1, 2] }), false],
  ["assertObjectMatch of parts in elements", () => assertObjectMatch({ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }), true],
  [
    "assertObjectMatch of a class's field",
    () => assertObjectMatch({ a: new TypeError("m") }, { a: { message: "m" } }),
    true,
  ],
  ["assertIsError of a matching error", () => assertIsError(new TypeError("a b"), TypeError, "a"), true],
  ["assertIsError with an expression", () => assertIsError(new TypeError("a b"), TypeError, /b$/), true],
  ["assertIsError of another message", () => assertIsError(new TypeError("a b"), TypeError, "c"), false],
  ["assertIsError of a text", () => assertIsError("a"), false],
  ["assertThrows of any error", () => assertThrows(throws(new Error("a"))), true],
  ["assertThrows of a thrown text", () => assertThrows(throws("a")), true],
  ["assertThrows of nothing thrown", () => assertThrows(nothing), false],
  ["assertThrows of the class", () => assertThrows(throws(new TypeError("a")), TypeError), true],
  ["assertThrows of a superclass", () => assertThrows(throws(new TypeError("a")), Error), true],
  ["assertThrows of another class", () => assertThrows(throws(new Error("a")), TypeError), false],
  ["assertThrows of the class and message", () => assertThrows(throws(new Error("a b")), Error, "b"), true],
  ["assertThrows of another message", () => assertThrows(throws(new Error("a b")), Error, "c"), false],
  ["assertThrows of a text where a class is wanted", () => assertThrows(throws("a"), Error), false],
  ["fail", () => fail(), false],
  ["unreachable", () => unreachable(), false],
];

Deno.test("what holds passes, and what does not throws an AssertionError", async (t) => {
  for (const [fact, check, holds] of facts) {
    await t.step(`${fact} ${holds ? "passes" : "fails"}`, () => {
      if (passes(check) !== holds) throw new Error(`it ${holds ? "fails" : "passes"}`);
    });
  }
});

const rejections: [fact: string, check: () => Promise<unknown>, holds: boolean][] = [
  ["any error", () => assertRejects(() => Promise.reject(new Error("a"))), true],
  ["a promise that is kept", () => assertRejects(() => Promise.resolve()), false],
  ["the class and message", () => assertRejects(() => Promise.reject(new TypeError("a b")), TypeError, "b"), true],
  ["another class", () => assertRejects(() => Promise.reject(new Error("a")), TypeError), false],
  ["another message", () => assertRejects(() => Promise.reject(new Error("a")), Error, "b"), false],
  ["a text where a class is wanted", () => assertRejects(() => Promise.reject("a"), Error), false],
  ["a function that throws at once", () => assertRejects(throws(new Error("a")) as () => Promise<void>), false],
  ["a function that returns no promise", () => assertRejects(nothing as unknown as () => Promise<void>), false],
];

Deno.test("assertRejects", async (t) => {
  for (const [fact, check, holds] of rejections) {
    await t.step(`${fact} ${holds ? "passes" : "fails"}`, async () => {
      const failure = await check().then(() => undefined, (error) => error);
      if (failure !== undefined && !(failure instanceof AssertionError)) throw failure;
      if ((failure === undefined) !== holds) throw new Error(`it ${holds ? "fails" : "passes"}`);
    });
  }
});

Deno.test("assertThrows and assertRejects return what was thrown", async () => {
  const error = new TypeError("a");
  assertStrictEquals(assertThrows(throws(error), TypeError), error);
  assertStrictEquals(await assertRejects(() => Promise.reject(error), TypeError), error);
});

Deno.test("a message of one's own is part of the failure", () => {
  const failures = [
    () => assertEquals(1, 2, "mine"),
    () => assertNotEquals(1, 1, "mine"),
    () => assertStrictEquals(1, 2, "mine"),
    () => assertThrows(nothing, "mine"),
    () => assertThrows(nothing, Error, "part", "mine"),
    () => assertMatch("a", /b/, "mine"),
    () => assertObjectMatch({ a: 1 }, { a: 2 }, "mine"),
    () => assert(false, "mine"),
    () => fail("mine"),
  ];
  for (const failure of failures) assertThrows(failure, AssertionError, "mine");
});

function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof AssertionError) return false;
    throw error;
  }
}
