import { quote } from "./quote.ts";

/** One step of a path into a value, as errors show it: `[2]`, `.price` or `["a b"]`. */
export function pathStep(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${quote(key)}]`;
}
