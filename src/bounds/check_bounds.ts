import { checkOptions } from "../check/check_options.ts";
import { checkWholeNumber } from "../check/check_whole_number.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import type { Quota, Retention } from "./bounds.ts";

const RETENTION: ReadonlySet<string> = new Set(["maxAge", "maxBytes", "maxCommits"]);
const QUOTA: ReadonlySet<string> = new Set(["maxBytes", "maxCommits"]);

/**
 * Checks the options that bound a namespace; absent is fine.
 *
 * @throws {InvalidArgumentError} An unknown bound, none at all, one that is no whole number from 1; or both options,
 * which exclude each other.
 */
export function checkBounds(retention: Retention | undefined, quota: Quota | undefined): void {
  if (retention !== undefined) check(retention, RETENTION, "retention");
  if (quota !== undefined) check(quota, QUOTA, "quota");
  if (retention === undefined || quota === undefined) return;
  throw new InvalidArgumentError(
    "retention and quota exclude each other: the one expires the oldest, the other refuses the newest",
    { argument: "quota" },
  );
}

function check(bounds: Retention | Quota, names: ReadonlySet<string>, of: string): void {
  checkOptions(bounds, names, of);
  const given = Object.entries(bounds).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    throw new InvalidArgumentError(`${of} needs a bound: ${[...names].join(", ")}`, { argument: of });
  }
  for (const [name, value] of given) checkWholeNumber(value, `${of}.${name}`, 1);
}
