import { MAX_EVENT_TYPE_BYTES } from "../base/limits.ts";
import { quote } from "../base/quote.ts";
import { utf8Length } from "../base/utf8_length.ts";

// deno-lint-ignore no-control-regex -- it matches control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The form of most types. It satisfies every rule. */
const SHORT_ASCII = /^[ -~]{1,100}$/;

/** The rule that the type of an event breaks, if any. */
export function typeProblem(type: unknown): string | undefined {
  if (typeof type !== "string") {
    return type === undefined ? "is missing: it must be a string" : `must be a string, not ${quote(type)}`;
  }
  if (SHORT_ASCII.test(type)) return undefined;
  if (type === "") return "is empty";
  if (!type.isWellFormed()) return "has a lone surrogate, which UTF-8 cannot carry";
  if (CONTROL.test(type)) return "has a control character";
  const bytes = utf8Length(type);
  return bytes > MAX_EVENT_TYPE_BYTES ? `has ${bytes} bytes, ${MAX_EVENT_TYPE_BYTES} at most` : undefined;
}
