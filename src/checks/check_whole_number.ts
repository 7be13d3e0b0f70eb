import { refuseArgument } from "./refuse_argument.ts";

/**
 * Checks an optional whole number.
 *
 * @param name The name of the option, such as `limit`.
 * @param min The least value.
 * @param max The greatest value.
 * @param unit The plural of the unit, such as `milliseconds`, for the error.
 * @throws {InvalidArgumentError} If the value is given and is not a safe integer from `min` to `max`.
 *
 * @example
 * ```ts
 * import { checkWholeNumber } from "@flowmade-one/aether/adapter";
 * import { assertThrows } from "@std/assert";
 *
 * checkWholeNumber(1, "timeout", 1, 60_000, "milliseconds");
 * assertThrows(() => checkWholeNumber("1s", "timeout", 1, 60_000, "milliseconds"), Error, "of milliseconds, 1 to 60000");
 * ```
 */
export function checkWholeNumber(value: unknown, name: string, min: number, max?: number, unit?: string): void {
  if (value !== undefined) requireWholeNumber(value, name, min, max, unit);
}

/** Checks a required whole number; see {@link checkWholeNumber}. A missing value is refused too. */
export function requireWholeNumber(
  value: unknown,
  name: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
  unit?: string,
): void {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  refuseArgument(name, `a whole number${unit === undefined ? "" : ` of ${unit}`}, ${bounds}`, value);
}
