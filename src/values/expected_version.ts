import { refuseArgument } from "../checks/refuse_argument.ts";

/**
 * The expectation of an append: a version (0: no events yet), `"exists"` (more than 0), or `"any"`, the explicit way to
 * expect nothing.
 */
export type ExpectedVersion = number | "exists" | "any";

/**
 * Checks an expected version.
 *
 * @throws {InvalidArgumentError} If it is absent, negative, fractional, not a safe integer, or another string.
 */
export function checkExpectedVersion(expected: unknown): asserts expected is ExpectedVersion {
  if (typeof expected === "number" ? Number.isSafeInteger(expected) && expected >= 0 : isWord(expected)) return;
  const rule = 'the version that the actor is expected to have (0 or more), "exists" or "any"';
  refuseArgument("expectedVersion", rule, expected);
}

function isWord(expected: unknown): boolean {
  return expected === "any" || expected === "exists";
}

/** The rule of optimistic concurrency: whether an actor at a version meets the expectation of an append. */
export function meetsExpectation(expected: ExpectedVersion, version: number): boolean {
  if (expected === "any") return true;
  return expected === "exists" ? version > 0 : expected === version;
}
