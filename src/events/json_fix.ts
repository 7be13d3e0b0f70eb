import { kindOf } from "../base/kind_of.ts";

/** The fix for objects of JavaScript that are not JSON, by the name of their class. */
const FIXES: ReadonlyMap<string, string> = new Map([
  ["Date", "Use its toISOString()"],
  ["Map", "Use Object.fromEntries(map)"],
  ["Set", "Use [...set]"],
  ["RegExp", "Use its toString()"],
  ["Promise", "Await it first"],
  ["String", "Use its valueOf()"],
  ["Number", "Use its valueOf()"],
  ["Boolean", "Use its valueOf()"],
]);

/** Suggests how to store a value that is not JSON; a sentence for an error message. */
export function jsonFix(value: unknown): string {
  switch (typeof value) {
    case "object":
      return value === null ? "" : objectFix(value);
    case "bigint":
      return "Use a string, such as String(value)";
    case "number":
    case "undefined":
      return "Use null";
    default:
      return "Leave it out";
  }
}

function objectFix(value: object): string {
  const kind = kindOf(value).replace(/^an? /, "");
  const fix = FIXES.get(kind);
  if (fix !== undefined) return fix;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return "Use a string, such as base64";
  if (value instanceof Error) return "Use its name and message";
  if ("toJSON" in value) return "Use its toJSON()";
  const name = /^[A-Za-z]\w*$/.test(kind) ? kind[0]!.toLowerCase() + kind.slice(1) : "value";
  return `Use a plain object, such as { ...${name} }`;
}
