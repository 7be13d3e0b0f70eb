import { quote } from "../base/quote.ts";
import { MAX_ID_LENGTH } from "../base/limits.ts";

const VISIBLE_ASCII = /^[!-~]+$/;

/** The rule that the id of an event or of a commit breaks, if any. */
export function idProblem(id: unknown): string | undefined {
  if (typeof id !== "string") return `must be a string, not ${quote(id)}`;
  if (id.length > MAX_ID_LENGTH) return `has ${id.length} characters, ${MAX_ID_LENGTH} at most`;
  if (!VISIBLE_ASCII.test(id)) return `is ${quote(id)}; it must be one or more visible ASCII characters`;
  return undefined;
}
