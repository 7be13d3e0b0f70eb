/** The behaviour of `@std/assert` on which tests rely. The package and tools/offline/assert.ts must both pass. */
import {
  assert,
  assertEquals,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
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

const pairs: [a: unknown, b: unknown, equal: boolean, reason: string][] = [
  [1, 1, true, "the same number"],
  [1, "1", false, "no conversion"],
  [NaN, NaN, true, "NaN equals itself"],
  [0, -0, true, "zero has no sign"],
  [null, undefined, false, "null is not undefined"],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true, "properties have no order"],
  [{ a: undefined }, {}, false, "an undefined property is not absent"],
  [{ a: undefined }, { b: undefined }, false, "undefined properties with different names"],
  [[1, 2], [2, 1], false, "arrays have an order"],
  [[1, undefined], [1], false, "undefined is an element"],
  // deno-lint-ignore no-sparse-arrays
  [[1, , 2], [1, undefined, 2], false, "a hole is not undefined"],
  [[], {}, false, "an array is not a plain object"],
  [Object.freeze({ a: 1 }), { a: 1 }, true, "frozen and not frozen"],
  [noPrototype({ a: 1 }), { a: 1 }, true, "a plain object with or without prototype"],
  [{ [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }, false, "values of symbol keys differ"],
  [callback, callback, true, "the same function"],
  [() => {}, () => {}, false, "two functions"],
  [new Point(1), new Point(1), true, "getters of a class return the same"],
  [new Point(1), new Point(2), false, "getters of a class differ"],
  [new Point(1), new Other(1), false, "another class"],
  [new Point(1), { x: 1 }, false, "an instance is not a plain object"],
  [new Date(5), new Date(5), true, "the same moment"],
  [new Date(5), new Date(6), false, "another moment"],
  [/a/g, /a/g, true, "the same expression"],
  [/a/g, /a/i, false, "other flags"],
  [new URL("http://a/b"), new URL("http://a/b"), true, "the same address"],
  [new URL("http://a/b"), new URL("http://a/c"), false, "another address"],
  [bytes(1, 2), bytes(1, 2), true, "the same bytes"],
  [bytes(1, 2), bytes(1, 3), false, "other bytes"],
  [bytes(1), new Uint16Array([1]), false, "another class of typed array"],
  [bytes(1, 2).buffer, bytes(1, 2).buffer, true, "the same bytes in a buffer"],
  [bytes(1, 2).buffer, bytes(1, 3).buffer, false, "other bytes in a buffer"],
  [new Set([1, 2]), new Set([2, 1]), true, "sets have no order"],
  [new Set([{ a: 1 }]), new Set([{ a: 1 }]), true, "elements of sets are compared deeply"],
  [new Set([{ a: 1 }]), new Set([{ a: 2 }]), false, "elements of sets differ"],
  [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]]), true, "values of maps are compared deeply"],
  [new Map([["a", 1]]), new Map([["a", 2]]), false, "values of maps differ"],
  [new Map([["a", 1]]), new Map([["b", 1]]), false, "keys of maps differ"],
  [new Map([[{ a: 1 }, 1]]), new Map([[{ a: 1 }, 1]]), true, "keys of maps are compared deeply"],
  [new Map(), new Set(), false, "a map is not a set"],
  [loop, sameLoop, true, "equal cycles"],
  [new Error("a"), new Error("b"), false, "messages differ"],
];

Deno.test("equal(), assertEquals() and assertNotEquals() agree on each pair", async (t) => {
  for (const [a, b, expected, reason] of pairs) {
    await t.step(`${expected ? "equal" : "different"}: ${reason}`, () => {
      if (equal(a, b) !== expected || equal(b, a) !== expected) throw new Error("equal() disagrees");
      if (passes(() => assertEquals(a, b)) !== expected) throw new Error("assertEquals() disagrees");
      if (passes(() => assertNotEquals(a, b)) === expected) throw new Error("assertNotEquals() disagrees");
    });
  }
});

const nothing = () => {};
const throws = (error: unknown) => () => {
  throw error;
};

const checks: [call: string, check: () => unknown, passes: boolean][] = [
  ["assert() of 1", () => assert(1), true],
  ["assert() of an empty string", () => assert(""), false],
  ["assertStrictEquals() of NaN and NaN", () => assertStrictEquals(NaN, NaN), true],
  ["assertStrictEquals() of 0 and -0", () => assertStrictEquals(0, -0), false],
  ["assertStrictEquals() of two equal objects", () => assertStrictEquals({}, {}), false],
  ["assertMatch() of a match", () => assertMatch("abc", /b/), true],
  ["assertMatch() of no match", () => assertMatch("abc", /d/), false],
  ["assertStringIncludes() of a part", () => assertStringIncludes("abc", "bc"), true],
  ["assertStringIncludes() of no part", () => assertStringIncludes("abc", "cb"), false],
  ["assertThrows() of any error", () => assertThrows(throws(new Error("a"))), true],
  ["assertThrows() of a thrown string", () => assertThrows(throws("a")), true],
  ["assertThrows() of a function that does not throw", () => assertThrows(nothing), false],
  ["assertThrows() of the class", () => assertThrows(throws(new TypeError("a")), TypeError), true],
  ["assertThrows() of a superclass", () => assertThrows(throws(new TypeError("a")), Error), true],
  ["assertThrows() of another class", () => assertThrows(throws(new Error("a")), TypeError), false],
  ["assertThrows() of the class and message", () => assertThrows(throws(new Error("a b")), Error, "b"), true],
  ["assertThrows() of another message", () => assertThrows(throws(new Error("a b")), Error, "c"), false],
  ["assertThrows() of a thrown string if a class is expected", () => assertThrows(throws("a"), Error), false],
];

Deno.test("each assertion throws an AssertionError if it fails", async (t) => {
  for (const [call, check, isPass] of checks) {
    await t.step(`${call} ${isPass ? "passes" : "fails"}`, () => {
      if (passes(check) !== isPass) throw new Error(`It ${isPass ? "fails" : "passes"}`);
    });
  }
});

const rejections: [call: string, check: () => Promise<unknown>, passes: boolean][] = [
  ["any error", () => assertRejects(() => Promise.reject(new Error("a"))), true],
  ["a fulfilled promise", () => assertRejects(() => Promise.resolve()), false],
  ["the class and message", () => assertRejects(() => Promise.reject(new TypeError("a b")), TypeError, "b"), true],
  ["another class", () => assertRejects(() => Promise.reject(new Error("a")), TypeError), false],
  ["another message", () => assertRejects(() => Promise.reject(new Error("a")), Error, "b"), false],
  ["a string if a class is expected", () => assertRejects(() => Promise.reject("a"), Error), false],
  ["a function that throws at once", () => assertRejects(throws(new Error("a")) as () => Promise<void>), false],
  ["a function that returns no promise", () => assertRejects(nothing as unknown as () => Promise<void>), false],
];

Deno.test("assertRejects() accepts rejected promises only", async (t) => {
  for (const [call, check, isPass] of rejections) {
    await t.step(`${call} ${isPass ? "passes" : "fails"}`, async () => {
      const failure = await check().then(() => undefined, (error) => error);
      if (failure !== undefined && !(failure instanceof AssertionError)) throw failure;
      if ((failure === undefined) !== isPass) throw new Error(`It ${isPass ? "fails" : "passes"}`);
    });
  }
});

Deno.test("assertThrows() and assertRejects() return the error", async () => {
  const error = new TypeError("a");
  assertStrictEquals(assertThrows(throws(error), TypeError), error);
  assertStrictEquals(await assertRejects(() => Promise.reject(error), TypeError), error);
});

Deno.test("each assertion includes the message of its caller in its failure", () => {
  const failures = [
    () => assertEquals(1, 2, "mine"),
    () => assertNotEquals(1, 1, "mine"),
    () => assertStrictEquals(1, 2, "mine"),
    () => assertThrows(nothing, "mine"),
    () => assertThrows(nothing, Error, "part", "mine"),
    () => assertMatch("a", /b/, "mine"),
    () => assert(false, "mine"),
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
