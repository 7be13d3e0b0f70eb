import { kindOf } from "./kind_of.ts";

/** Maximum characters of a quoted string. Longer strings are truncated. */
const MAX_SHOWN = 80;

/**
 * A value as an error message shows it: quoted, on one line, truncated if it is long. Runs no accessor of the value.
 */
export function quote(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return `the bigint ${String(value).slice(0, MAX_SHOWN)}`;
    case "object":
      return value === null ? "null" : kindOf(value);
    default:
      return `a ${typeof value}`;
  }
}
