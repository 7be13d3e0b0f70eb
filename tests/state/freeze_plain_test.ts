import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { isFrozenError } from "../../src/base/is_frozen_error.ts";
import { freezePlain, freezeWithCollections } from "../../src/state/freeze_plain.ts";

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

const changes: [name: string, change: (map: Map<string, unknown>, set: Set<unknown>) => unknown][] = [
  ["Map.set()", (map) => map.set("b", 1)],
  ["Map.delete()", (map) => map.delete("a")],
  ["Map.clear()", (map) => map.clear()],
  ["Map.getOrInsert()", (map) => map.getOrInsert("b", 1)],
  ["Map.getOrInsertComputed()", (map) => map.getOrInsertComputed("b", () => 1)],
  ["Set.add()", (_, set) => set.add(1)],
  ["Set.delete()", (_, set) => set.delete("a")],
  ["Set.clear()", (_, set) => set.clear()],
];

for (const [name, change] of changes) {
  Deno.test(`freezeWithCollections() makes ${name} throw`, () => {
    const state = { parts: [{ map: new Map<string, unknown>([["a", []]]), set: new Set<unknown>(["a"]) }] };
    assertStrictEquals(freezeWithCollections(state), state);
    const { map, set } = state.parts[0]!;
    const error = assertThrows(() => change(map, set), TypeError);
    assert(isFrozenError(error), error.message);
    assertEquals([map, set], [new Map([["a", []]]), new Set(["a"])]);
  });
}

Deno.test("freezeWithCollections() freezes keys and values of a Map, and values of a Set", () => {
  const [key, value, part] = [{}, { in: {} }, {}];
  freezeWithCollections({ map: new Map([[key, new Map([["a", value]])]]), set: new Set([part]) });
  for (const frozen of [key, value, value.in, part]) assert(Object.isFrozen(frozen));
});

Deno.test("freezeWithCollections() leaves copies of a Map and a Set, class instances, and a Map of a subclass as they are", () => {
  class Prices extends Map<string, number> {}
  const state = freezeWithCollections({
    map: new Map([["a", 1]]),
    set: new Set(["a"]),
    prices: new Prices(),
    money: new Money(),
  });
  assertEquals(new Map(state.map).set("b", 2).size, 2);
  assertEquals(structuredClone(state.map).set("b", 2).size, 2);
  assertEquals(new Set(state.set).add("b").size, 2);
  assertEquals(structuredClone(state.set).add("b").size, 2);
  assertEquals(state.prices.set("a", 1).size, 1);
  assertEquals(state.money.parts.push(1), 1);
  assertEquals([Object.keys(state.map), JSON.stringify([...state.map])], [[], '[["a",1]]']);
});
