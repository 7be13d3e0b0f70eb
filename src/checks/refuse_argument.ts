import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";

/**
 * Throws the error of an argument or option that is missing or not valid.
 *
 * @param name The name of the argument, such as `limit`.
 * @param rule The accepted values, such as `a function`. The message continues "must be" with them.
 * @param value The given value. `undefined` is reported as missing.
 * @param fix A hint at the end of the message, with its punctuation.
 * @throws {InvalidArgumentError} Always.
 *
 * @example
 * ```ts
 * import { refuseArgument } from "@flowmade-one/aether/adapter";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => refuseArgument("path", "a string", 7), Error, "path must be a string, not 7");
 * assertThrows(() => refuseArgument("path", "a string", undefined), Error, "path is missing: it must be a string");
 * ```
 */
export function refuseArgument(name: string, rule: string, value: unknown, fix: string = ""): never {
  const state = value === undefined ? "is missing: it must be" : "must be";
  const given = value === undefined ? "" : `, not ${quote(value)}`;
  throw new InvalidArgumentError(`${name} ${state} ${rule}${given}${fix}`, { argument: name });
}
