/**
 * The part of `jsr:@std/assert` that this project's tests use, for machines that cannot reach JSR. It has the
 * names, the argument order, the types and the results of the package. Only the messages of failures differ.
 * `tests/tools/assert_test.ts` tests both.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** The error of a failed assertion. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) fail("Values are not equal", msg, difference(actual, expected));
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) fail(`Expected actual: ${show(actual)} not to be: ${show(expected)}`, msg);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) fail("Values are not strictly equal", msg, difference(actual, expected));
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) fail(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) fail(`Expected actual: "${actual}" to match: "${expected}"`, msg);
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...expected: Expected): Thrown {
  try {
    fn();
  } catch (error) {
    return checkError(error, expected);
  }
  return fail("Expected function to throw", messageOf(expected));
}

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(fn: () => PromiseLike<unknown>, ...expected: Expected): Promise<Thrown> {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch {
    // Fails below, because the function throws and does not return a rejected promise.
  }
  if (typeof promise?.then !== "function") fail("Function throws when expected to reject", messageOf(expected));
  try {
    await promise;
  } catch (error) {
    return checkError(error, expected);
  }
  return fail("Expected function to reject", messageOf(expected));
}

/** The arguments of `assertThrows` and `assertRejects` after the function. */
type Expected = [classOrMsg?: ErrorClass<Error> | string, msgIncludes?: string, msg?: string];

// deno-lint-ignore no-explicit-any
type Thrown = any;

/** Accepts any thrown value if no class is expected, as the package does. */
function checkError(error: unknown, [expected, msgIncludes = "", msg]: Expected): unknown {
  if (typeof expected !== "function") return error;
  if (!(error instanceof expected)) fail(`Expected an instance of "${expected.name}", got ${show(error)}`, msg);
  if (error.message.includes(msgIncludes)) return error;
  return fail(`Expected error message to include "${msgIncludes}", but got "${error.message}"`, msg);
}

function messageOf([first, , msg]: Expected): string | undefined {
  return typeof first === "string" ? first : msg;
}

function fail(statement: string, msg: string | undefined, detail = ""): never {
  throw new AssertionError(`${statement}${msg ? `: ${msg}` : "."}${detail}`);
}

function show(value: unknown): string {
  return Deno.inspect(value, { depth: 20, sorted: true, trailingComma: true, strAbbreviateSize: 10_000 });
}

/** The difference as Node.js shows it. If Node.js finds none, as between prototypes, both values. */
function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof Error) return `\n${error.message}`;
  }
  return `\n  actual: ${show(actual)}\nexpected: ${show(expected)}`;
}

/**
 * Compares values deeply: `NaN` equals `NaN`, `0` equals `-0`, an absent property differs from one that is `undefined`,
 * and functions are compared by identity.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

/** @param pairs The pairs of objects whose comparison is running. They are not compared again, so that cycles end. */
function compare(a: unknown, b: unknown, pairs: Map<object, object>): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || prototypeOf(a) !== prototypeOf(b)) return false;
  if (pairs.get(a) === b) return true;
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  const [bytes, others] = [bytesOf(a), bytesOf(b)];
  if (bytes && others) return bytes.length === others.length && bytes.every((byte, i) => byte === others[i]);
  pairs.set(a, b);
  const isEqual = a instanceof Map || a instanceof Set
    ? equalEntries([...a], [...b as Set<unknown>], pairs)
    : equalProperties(a, b, pairs);
  if (!isEqual) pairs.delete(a);
  return isEqual;
}

/** Whether each entry of `a` has an equal entry in `b`, in any order. */
function equalEntries(a: unknown[], b: unknown[], pairs: Map<object, object>): boolean {
  return a.length === b.length && a.every((entry) => b.some((other) => compare(entry, other, pairs)));
}

function equalProperties(a: object, b: object, pairs: Map<object, object>): boolean {
  const keys = comparedKeys(a);
  return keys.length === comparedKeys(b).length &&
    keys.every((key) => key in b && compare(Reflect.get(a, key), Reflect.get(b, key), pairs));
}

/** The own properties; for an instance of a class, also the properties of its prototypes. */
function comparedKeys(value: object): PropertyKey[] {
  if ([Object.prototype, Array.prototype].includes(prototypeOf(value))) return Reflect.ownKeys({ ...value });
  const keys: PropertyKey[] = [];
  for (let owner = value; owner !== Object.prototype; owner = prototypeOf(owner)) keys.push(...Reflect.ownKeys(owner));
  return keys;
}

function bytesOf(value: object): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined;
}

/** The prototype. A plain object without a prototype counts as one with `Object.prototype`. */
function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
