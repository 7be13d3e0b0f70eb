import { kindOf } from "./kind_of.ts";

const SHOWN = 80;

/**
 * A value as an error message shows it: quoted, on one line, truncated if it is long. Runs no accessor of the value.
 */
export function quote(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return `the bigint ${String(value).slice(0, SHOWN)}`;
    case "object":
      return value === null ? "null" : kindOf(value);
    default:
      return `a ${typeof value}`;
  }
}
