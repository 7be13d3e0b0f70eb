import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";

/**
 * Checks that an option is one of a few words; absent is fine.
 *
 * @param name What it is called, such as `direction`.
 * @throws {InvalidArgumentError} It is something else.
 */
export function checkChoice(value: unknown, name: string, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  const words = choices.map((choice) => `"${choice}"`).join(" or ");
  throw new InvalidArgumentError(`${name} must be ${words}, not ${quote(value)}`, { argument: name });
}
