import { AssertionError, failWith, show } from "./assertion_error.ts";

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertFalse(expr: unknown, msg = ""): asserts expr is false | 0 | 0n | "" | null | undefined {
  if (expr) throw new AssertionError(msg);
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    failWith(`Expected a value that is neither null nor undefined, got ${actual}`, msg);
  }
}

export function assertInstanceOf<
  // deno-lint-ignore no-explicit-any
  T extends abstract new (...args: any[]) => any,
>(actual: unknown, expectedType: T, msg = ""): asserts actual is InstanceType<T> {
  if (!(actual instanceof expectedType)) {
    failWith(`Expected an instance of "${expectedType.name}", got ${show(actual)}`, msg);
  }
}

export function fail(msg?: string): never {
  return failWith("Failed assertion", msg);
}

export function unreachable(msg?: string): never {
  return failWith("Unreachable", msg);
}
