import { failWith } from "./assertion_error.ts";

/** How far apart two numbers may be when no tolerance is given, as a share of the expected one. */
const RELATIVE_TOLERANCE = 1e-7;

export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected) : 1) * RELATIVE_TOLERANCE;
  const delta = Math.abs(actual - expected);
  if (delta <= allowed) return;
  failWith(`Expected ${actual} to be within ${allowed} of ${expected}, it is ${delta} away`, msg);
}
