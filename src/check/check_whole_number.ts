import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";

/**
 * Checks a whole number; absent is fine.
 *
 * @param name What it is called, such as `limit`.
 * @throws {InvalidArgumentError} Not a safe integer between the bounds.
 */
export function checkWholeNumber(
  value: unknown,
  name: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max)) {
    return;
  }
  const bounds = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  throw new InvalidArgumentError(`${name} must be a whole number, ${bounds}, not ${quote(value)}`, { argument: name });
}
