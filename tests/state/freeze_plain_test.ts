import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { freezePlain } from "../../src/state/freeze_plain.ts";

class Money {
  readonly parts: number[] = [];
}

const frozen: [name: string, value: object, parts: (value: never) => unknown[]][] = [
  ["a plain object", { a: 1 }, () => []],
  ["an array", [1, 2], () => []],
  ["objects in arrays in objects", { a: [{ b: [] }] }, (v: { a: [{ b: [] }] }) => [v.a, v.a[0], v.a[0].b]],
  ["an object without a prototype", Object.assign(Object.create(null), { a: {} }), (v: { a: object }) => [v.a]],
  ["a plain object after null and primitives", [null, "s", 1, {}], (v: unknown[]) => [v[3]]],
];

for (const [name, value, parts] of frozen) {
  Deno.test(`freezePlain() freezes ${name} in place`, () => {
    assertStrictEquals(freezePlain(value), value);
    for (const part of [value, ...parts(value as never)]) assert(Object.isFrozen(part));
  });
}

const left: [name: string, value: { part: unknown }, inner: (part: never) => unknown][] = [
  ["a Map", { part: new Map([["a", []]]) }, (map: Map<string, unknown[]>) => map.get("a")],
  ["a Set", { part: new Set([{}]) }, (set: Set<object>) => [...set][0]],
  ["a class instance", { part: new Money() }, (money: Money) => money.parts],
  ["an object that is frozen", { part: Object.freeze({ a: [] }) }, (part: { a: unknown[] }) => part.a],
];

for (const [name, value, inner] of left) {
  Deno.test(`freezePlain() leaves the contents of ${name} as they are`, () => {
    freezePlain(value);
    assert(Object.isFrozen(value));
    assert(Object.isExtensible(inner(value.part as never)));
  });
}

Deno.test("freezePlain() returns primitives and functions", () => {
  for (const value of [1, "s", null, undefined, true, freezePlain]) assertStrictEquals(freezePlain(value), value);
  assert(Object.isExtensible(freezePlain));
});

Deno.test("freezePlain() ends on a cycle, and on a nesting deeper than the call stack", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = [cycle];
  freezePlain(cycle);
  assert(Object.isFrozen(cycle.self));
  let deep: { in?: unknown } = {};
  const innermost = deep;
  for (let i = 0; i < 100_000; i++) deep = { in: deep };
  freezePlain(deep);
  assertEquals(Object.isFrozen(innermost), true);
});
