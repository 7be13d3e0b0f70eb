/**
 * The assertions of the kit. The last parameter is for the message of a failure: `fact` names what is compared,
 * `sentence` says what should be true.
 *
 * @module
 */
import { isAetherError } from "../src/errors/is_aether_error.ts";
import type { ErrorCode } from "../src/errors/error_code.ts";
import { ConformanceFailure } from "./conformance_failure.ts";
import { formatValue } from "../src/base/format_value.ts";

/**
 * Fails unless both values are structurally equal. `-0` differs from `0`; an absent property differs from `undefined`.
 */
export function expectEqual(actual: unknown, expected: unknown, fact: string): void {
  if (areEqual(actual, expected)) return;
  throw new ConformanceFailure(
    `${fact}: expected ${formatValue(expected)}, got ${formatValue(actual)}${difference(actual, expected)}`,
  );
}

/** Fails unless the condition is true. */
export function expectTrue(condition: boolean, sentence: string): void {
  if (!condition) throw new ConformanceFailure(`Not true: ${sentence}`);
}

/** The expected fields of an error besides its code, by name. */
export type ErrorFields = Readonly<Record<string, unknown>>;

/**
 * Fails unless a promise rejects, or a function throws or rejects, with an error of the code and with these fields.
 *
 * @returns The error.
 */
export async function expectError<C extends ErrorCode>(
  attempt: Promise<unknown> | (() => unknown),
  code: C,
  fields: ErrorFields,
  fact: string,
): Promise<Error> {
  let result: unknown;
  try {
    result = await (typeof attempt === "function" ? attempt() : attempt);
  } catch (error) {
    return checkError(error, code, fields, fact);
  }
  throw new ConformanceFailure(`${fact}: expected an error "${code}", got the result ${formatValue(result)}`);
}

/** Fails unless a function throws synchronously with an error of the code and with these fields. */
export function expectThrows<C extends ErrorCode>(
  call: () => unknown,
  code: C,
  fields: ErrorFields,
  fact: string,
): Error {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return checkError(error, code, fields, fact);
  }
  throw new ConformanceFailure(
    `${fact}: expected an error "${code}" at the call, got the result ${formatValue(result)}`,
  );
}

/** Fails unless an error is an error of this package with the code and with these fields. */
export function checkError(error: unknown, code: ErrorCode, fields: ErrorFields, fact: string): Error {
  if (!isAetherError(error, code)) {
    const got = isAetherError(error) ? `"${error.code}": ${error.message}` : formatValue(error);
    throw new ConformanceFailure(`${fact}: expected an error "${code}", got ${got}`, { cause: error });
  }
  for (const [name, value] of Object.entries(fields)) {
    expectEqual((error as unknown as Record<string, unknown>)[name], value, `${fact}: field ${name} of "${code}"`);
  }
  return error;
}

function areEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && areEqual(property(a, key), property(b, key)));
}

/**
 * Describes the first difference of two strings or two objects, whose printed forms may be long, or look the same.
 * Empty if the compared values are neither two strings nor two objects.
 */
function difference(actual: unknown, expected: unknown, path: string = ""): string {
  if (typeof actual === "string" && typeof expected === "string") return stringDifference(actual, expected, path);
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) {
    return path === ""
      ? ""
      : ` (first difference at ${path}: expected ${formatValue(expected)}, got ${formatValue(actual)})`;
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  const key = keys.find((key) => !haveEqualProperty(actual, expected, key));
  if (key === undefined) return "";
  return difference(property(actual, key), property(expected, key), path === "" ? key : `${path}.${key}`);
}

function haveEqualProperty(a: object, b: object, key: string): boolean {
  return Object.hasOwn(a, key) === Object.hasOwn(b, key) && areEqual(property(a, key), property(b, key));
}

function stringDifference(actual: string, expected: string, path: string): string {
  let at = 0;
  while (actual[at] === expected[at] && at < actual.length) at++;
  const unit = (value: string) => at < value.length ? `U+${hex(value.charCodeAt(at))}` : "the end";
  const where = path === "" ? `code unit ${at}` : `${path}, code unit ${at}`;
  return ` (first difference at ${where}: expected ${unit(expected)}, got ${unit(actual)})`;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

function property(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
