import { refuseArgument } from "../checks/refuse_argument.ts";

/**
 * The version that an append expects: a number (0: no events yet), `"exists"` (1 or more), or `"any"` (no expectation).
 */
export type ExpectedVersion = number | "exists" | "any";

/**
 * Checks an expected version.
 *
 * @throws {InvalidArgumentError} If it is absent, a number that is not a safe integer of 0 or more, or another string.
 */
export function checkExpectedVersion(expected: unknown): asserts expected is ExpectedVersion {
  if (typeof expected === "number" ? Number.isSafeInteger(expected) && expected >= 0 : isKeyword(expected)) return;
  const rule = 'the version that the actor is expected to have (0 or more), "exists" or "any"';
  refuseArgument("expectedVersion", rule, expected);
}

function isKeyword(expected: unknown): boolean {
  return expected === "any" || expected === "exists";
}

/** The rule of optimistic concurrency: whether an actor at a version meets the expectation of an append. */
export function meetsExpectation(expected: ExpectedVersion, version: number): boolean {
  if (expected === "any") return true;
  return expected === "exists" ? version > 0 : expected === version;
}
