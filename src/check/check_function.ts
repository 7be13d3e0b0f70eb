import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";

/**
 * Checks that an option is a function; absent is fine.
 *
 * @param name What it is called, such as `now`.
 * @throws {InvalidArgumentError} It is something else.
 */
export function checkFunction(value: unknown, name: string): void {
  if (value === undefined || typeof value === "function") return;
  throw new InvalidArgumentError(`${name} must be a function, not ${quote(value)}`, { argument: name });
}
