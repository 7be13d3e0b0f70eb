import { MAX_ACTOR_ID_BYTES, MAX_SUBJECT_TOKENS } from "../base/limits.ts";
import { utf8Length } from "../base/utf8_length.ts";

/** Whitespace and control characters of all of Unicode. */
// deno-lint-ignore no-control-regex -- it matches control characters
const SPACE_OR_CONTROL = /[\s\u0000-\u001f\u007f-\u009f]/;

/** The rule of actor ids and actor patterns that a string breaks, if any. */
export function actorStringProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return "it must be a string";
  if (value === "") return "it is empty";
  if (!value.isWellFormed()) return "it has a lone surrogate, which UTF-8 cannot encode";
  const bytes = utf8Length(value);
  if (bytes > MAX_ACTOR_ID_BYTES) return `it has ${bytes} bytes, ${MAX_ACTOR_ID_BYTES} at most`;
  if (SPACE_OR_CONTROL.test(value)) return "it has whitespace or a control character";
  const tokens = value.split(".");
  if (tokens.length > MAX_SUBJECT_TOKENS) return `it has ${tokens.length} tokens, ${MAX_SUBJECT_TOKENS} at most`;
  if (tokens.includes("")) return "it has an empty token; tokens are joined by single dots";
  return undefined;
}
