/**
 * Stands in for the part of `jsr:@std/assert` that this project's tests use, on machines that reach npm but not JSR.
 * Same names, argument order, types and verdicts; only the wording of a failure differs.
 * `tests/tools/std_assert_test.ts` holds for both.
 *
 * @module
 */
export { assertAlmostEquals } from "./almost_equals.ts";
export { AssertionError } from "./assertion_error.ts";
export { equal } from "./equal.ts";
export { assertEquals, assertNotEquals, assertObjectMatch, assertStrictEquals } from "./equality.ts";
export { assertArrayIncludes, assertMatch, assertNotMatch, assertStringIncludes } from "./inclusion.ts";
export { assertGreater, assertGreaterOrEqual, assertLess, assertLessOrEqual } from "./ordering.ts";
export { assertIsError, assertRejects, assertThrows } from "./errors.ts";
export { assert, assertExists, assertFalse, assertInstanceOf, fail, unreachable } from "./facts.ts";
