import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { quote } from "../error/quote.ts";

/**
 * Checks the names of options, so that a misspelt one is not ignored.
 *
 * @param options An object; absent only if `undefined` is fine to the caller.
 * @param known The names that there are.
 * @param of What they are options of, such as `append`.
 * @throws {InvalidArgumentError} Not an object, or an unknown name.
 */
export function checkOptions(options: unknown, known: ReadonlySet<string>, of: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(`The options of ${of} must be an object, not ${quote(options)}`, {
      argument: "options",
    });
  }
  for (const name in options) {
    if (!known.has(name)) {
      throw new InvalidArgumentError(`${of} has no option ${quote(name)}; it has ${[...known].join(", ")}`, {
        argument: name,
      });
    }
  }
}
