import { assertEquals } from "@std/assert";
import { firstDifference } from "../../src/state/first_difference.ts";

class Money {
  readonly cents: number;

  constructor(cents: number) {
    this.cents = cents;
  }
}

const same: [left: unknown, right: unknown, title: string][] = [
  [1, 1, "one number"],
  [NaN, NaN, "NaN"],
  [null, null, "null"],
  [{ a: 1, b: [2, { c: 3 }] }, { b: [2, { c: 3 }], a: 1 }, "objects with their keys in another order"],
  [{ a: 1, b: undefined }, { a: 1 }, "a property that is undefined, and none"],
  [Object.create(null), {}, "plain objects with and without a prototype"],
  [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]]), "maps"],
  [new Set([1, 2]), new Set([2, 1]), "sets"],
  [new Set([{ a: 1 }, { b: 2 }]), new Set([{ a: 1 }, { b: 2 }]), "sets of objects"],
  [new Date(5), new Date(5), "dates"],
  [new Money(5), new Money(5), "objects of one class"],
];

for (const [left, right, title] of same) {
  Deno.test(`firstDifference() is undefined: ${title}`, () => {
    assertEquals(firstDifference(left, right, "state"), undefined);
    assertEquals(firstDifference(right, left, "state"), undefined);
  });
}

const date = new Date(5);
const [one, two] = [new URL("a:1"), new URL("b:2")];
const differ: [left: unknown, right: unknown, difference: unknown[]][] = [
  [1, 2, ["state", 1, 2]],
  [{ at: one }, { at: two }, ["state.at", one, two]],
  [0, -0, ["state", 0, -0]],
  [1, "1", ["state", 1, "1"]],
  [null, {}, ["state", null, {}]],
  [[], {}, ["state", [], {}]],
  [{ a: 1, b: 2 }, { a: 1, b: 3 }, ["state.b", 2, 3]],
  [{ a: 1 }, { a: 1, b: null }, ["state.b", undefined, null]],
  [{ a: 1, b: 2 }, { a: 1 }, ["state.b", 2, undefined]],
  [{ items: [{ price: 1 }, { price: 2 }] }, { items: [{ price: 1 }, { price: 3 }] }, ["state.items[1].price", 2, 3]],
  [[1, 2], [1], ["state[1]", 2, undefined]],
  [[1], [1, undefined], ["state[1]", undefined, undefined]],
  [{ "a b": { "1": 0 } }, { "a b": { "1": 1 } }, ['state["a b"]["1"]', 0, 1]],
  [{ constructor: 1 }, {}, ["state.constructor", 1, undefined]],
  [new Map([["k", 1]]), new Map([["k", 2]]), ['state.get("k")', 1, 2]],
  [new Map([["k", undefined]]), new Map(), ['state.get("k")', undefined, undefined]],
  [new Set([1, 2]), new Set([1, 3]), ["state[0]", 2, 3]],
  [date, new Date(6), ["state", date, new Date(6)]],
  [new Money(5), { cents: 5 }, ["state", new Money(5), { cents: 5 }]],
];

for (const [left, right, [path, atLeft, atRight]] of differ) {
  Deno.test(`firstDifference() is at ${path}: ${String(atLeft)}, ${String(atRight)}`, () => {
    assertEquals(firstDifference(left, right, "state") as unknown, { path, left: atLeft, right: atRight });
  });
}

Deno.test("firstDifference() ends on cycles", () => {
  const cycle = (n: number) => {
    const value: Record<string, unknown> = { n };
    return Object.assign(value, { self: [value] });
  };
  assertEquals(firstDifference(cycle(1), cycle(1), "state"), undefined);
  assertEquals(firstDifference(cycle(1), cycle(2), "state"), { path: "state.n", left: 1, right: 2 });
  assertEquals(firstDifference(cycle(1), { n: 1, self: 2 }, "state")?.path, "state.self");
});
