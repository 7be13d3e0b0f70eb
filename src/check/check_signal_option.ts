import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";

/**
 * Checks that an option is an AbortSignal; absent is fine.
 *
 * @throws {InvalidArgumentError} It is something else.
 */
export function checkSignalOption(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw new InvalidArgumentError(`signal must be an AbortSignal, not ${quote(value)}`, { argument: "signal" });
}
