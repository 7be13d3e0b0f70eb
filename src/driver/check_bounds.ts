import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { Quota, Retention } from "./bounds.ts";

const UNITS: Readonly<Record<string, string>> = { maxAge: "milliseconds", maxBytes: "bytes", maxCommits: "commits" };
const QUOTA: ReadonlySet<string> = new Set(["maxBytes", "maxCommits"]);
const RETENTION: ReadonlySet<string> = new Set(["maxAge", ...QUOTA]);

/** The checked options `retention` and `quota`. */
export interface CheckedBounds {
  /** `undefined` if the option was absent. */
  readonly retention: Retention | undefined;
  /** `undefined` if the option was absent. */
  readonly quota: Quota | undefined;
}

/**
 * Checks the options `retention` and `quota` of an adapter. Both are optional. Each bound is read once.
 *
 * @returns Frozen copies: later changes to the options have no effect.
 * @throws {InvalidArgumentError} If a bound is unknown or not a whole number from 1, if an option has no bound, or if
 * both options are given: they exclude each other.
 *
 * @example
 * ```ts
 * import { checkBounds } from "@flowmade-one/aether/adapter";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(checkBounds({ maxCommits: 10 }, undefined).retention?.maxCommits, 10);
 * assertThrows(() => checkBounds({ maxCommits: 10 }, { maxBytes: 1_000 }), Error, "exclude each other");
 * ```
 */
export function checkBounds(retention: Retention | undefined, quota: Quota | undefined): CheckedBounds {
  const checked = {
    retention: retention === undefined ? undefined : check(retention, RETENTION, "retention"),
    quota: quota === undefined ? undefined : check(quota, QUOTA, "quota"),
  };
  if (retention === undefined || quota === undefined) return checked;
  throw new InvalidArgumentError(
    "retention and quota exclude each other: retention expires the oldest commits, a quota refuses new ones. Pass one",
    { argument: "quota" },
  );
}

function check(given: Retention & Quota, names: ReadonlySet<string>, of: string): Retention & Quota {
  checkOptions(given, names, of);
  const { maxBytes, maxCommits } = given;
  const maxAge = names.has("maxAge") ? given.maxAge : undefined;
  const bounds = { maxAge, maxBytes, maxCommits };
  for (const [name, value] of Object.entries(bounds)) {
    checkWholeNumber(value, `${of}.${name}`, 1, undefined, UNITS[name]);
  }
  if (Object.values(bounds).some((value) => value !== undefined)) return Object.freeze(bounds);
  throw new InvalidArgumentError(`${of} needs a bound: ${[...names].join(", ")}`, { argument: of });
}
