import { deepStrictEqual } from "node:assert/strict";
import { failWith, show } from "./assertion_error.ts";
import { equal } from "./equal.ts";

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) failWith("Values are not equal", msg, difference(actual, expected));
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    failWith(`Expected actual: ${show(actual)} not to be: ${show(expected)}`, msg);
  }
}

export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const sameLook = show(actual) === show(expected);
  failWith(
    sameLook ? "Values have the same structure but are not reference-equal" : "Values are not strictly equal",
    msg,
    difference(actual, expected),
  );
}

/** Compares only what `expected` names: other properties of `actual`, and array elements past its end, are not seen. */
export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(pick(actual, expected), pick(expected, expected), msg);
}

/** Node draws the difference well. Where it sees none (another prototype, say), both values are shown. */
function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof Error) return `\n${error.message}`;
  }
  return `\n  actual: ${show(actual)}\nexpected: ${show(expected)}`;
}

/** The part of `value` that `shape` names, with class instances turned into plain objects so that only data counts. */
function pick(value: unknown, shape: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(shape)) {
    return value.slice(0, shape.length).map((item, index) => pick(item, shape[index]));
  }
  if (value instanceof Map && shape instanceof Map) {
    return new Map(
      [...value].filter(([key]) => shape.has(key)).map(([key, item]) => [key, pick(item, shape.get(key))]),
    );
  }
  if (value instanceof Set && shape instanceof Set) return value.intersection(shape);
  if (!isRecord(value) || !isRecord(shape)) return value;
  const shared = Reflect.ownKeys(value).filter((key) => Object.hasOwn(shape, key));
  return Object.fromEntries(shared.map((key) => [key, pick(value[key], shape[key])]));
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Date || value instanceof RegExp || value instanceof Map || value instanceof Set);
}
