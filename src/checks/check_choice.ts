import { refuseArgument } from "./refuse_argument.ts";

/**
 * Checks an optional option with a fixed set of values.
 *
 * @param name The name of the option, such as `direction`.
 * @throws {InvalidArgumentError} If the value is given and is not one of the choices.
 *
 * @example
 * ```ts
 * import { checkChoice } from "@flowmade-one/aether/adapter";
 * import { assertThrows } from "@std/assert";
 *
 * checkChoice(undefined, "storage", ["file", "memory"]);
 * assertThrows(() => checkChoice("disk", "storage", ["file", "memory"]), Error, 'must be "file" or "memory"');
 * ```
 */
export function checkChoice(value: unknown, name: string, choices: readonly string[]): void {
  if (value !== undefined) requireChoice(value, name, choices);
}

/**
 * Checks a required option with a fixed set of values.
 *
 * @param name The name of the option, such as `overflow`.
 * @throws {InvalidArgumentError} If the value is missing or not one of the choices.
 */
export function requireChoice(value: unknown, name: string, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  refuseArgument(name, choices.map((choice) => `"${choice}"`).join(" or "), value);
}
