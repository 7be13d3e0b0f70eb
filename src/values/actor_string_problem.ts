import { MAX_ACTOR_ID_BYTES, MAX_SUBJECT_TOKENS } from "../base/limits.ts";
import { utf8Length } from "../base/utf8_length.ts";

/** Whitespace and control characters of all of Unicode. */
// deno-lint-ignore no-control-regex -- control characters are what it looks for
const SPACE_OR_CONTROL = /[\s\u0000-\u001f\u007f-\u009f]/;

/** The rule that a text breaks which actor ids and actor patterns share, if any. */
export function actorStringProblem(text: unknown): string | undefined {
  if (typeof text !== "string") return "it must be a string";
  if (text === "") return "it is empty";
  if (!text.isWellFormed()) return "it has a lone surrogate, which UTF-8 cannot carry";
  const bytes = utf8Length(text);
  if (bytes > MAX_ACTOR_ID_BYTES) return `it has ${bytes} bytes, ${MAX_ACTOR_ID_BYTES} at most`;
  if (SPACE_OR_CONTROL.test(text)) return "it has whitespace or a control character";
  const tokens = text.split(".");
  if (tokens.length > MAX_SUBJECT_TOKENS) return `it has ${tokens.length} tokens, ${MAX_SUBJECT_TOKENS} at most`;
  if (tokens.includes("")) return "it has an empty token; tokens are joined by single dots";
  return undefined;
}
