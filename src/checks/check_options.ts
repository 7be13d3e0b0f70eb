import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { unknownName } from "./unknown_name.ts";

/**
 * Checks that options are an object without unknown names. It reads no option, because an option may be a getter that
 * returns another value each time. The caller then reads each option once into a variable.
 *
 * @param options The options as the caller gave them. `undefined` is refused.
 * @param known The names of all options that exist.
 * @param of The function or object that takes the options, such as `append`.
 * @throws {InvalidArgumentError} If the options are missing, are not an object, or have an unknown name.
 */
export function checkOptions(options: unknown, known: ReadonlySet<string>, of: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) refuse(options, known, of);
  const name = unknownName(options, known);
  if (name === undefined) return;
  throw new InvalidArgumentError(`${of} has no option ${quote(name)}; it has ${listed(known)}`, { argument: name });
}

function refuse(options: unknown, known: ReadonlySet<string>, of: string): never {
  const state = options === undefined
    ? `are missing: pass an object with ${listed(known)}`
    : `must be an object with ${listed(known)}, not ${quote(options)}`;
  throw new InvalidArgumentError(`The options of ${of} ${state}`, { argument: "options" });
}

function listed(known: ReadonlySet<string>): string {
  return [...known].join(", ");
}
