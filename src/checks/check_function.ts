import { refuseArgument } from "./refuse_argument.ts";

/**
 * Checks an optional function.
 *
 * @param name The name of the option, such as `now`.
 * @throws {InvalidArgumentError} If the value is given and is not a function.
 */
export function checkFunction(value: unknown, name: string): void {
  if (value !== undefined) requireFunction(value, name);
}

/**
 * Checks a required function.
 *
 * @param name The name of the argument, such as `handler`.
 * @throws {InvalidArgumentError} If the value is missing or not a function.
 */
export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== "function") refuseArgument(name, "a function", value);
}
