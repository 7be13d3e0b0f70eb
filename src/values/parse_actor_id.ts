import { InvalidActorIdError } from "../errors/invalid_actor_id_error.ts";
import { quote } from "../base/quote.ts";
import { actorStringProblem } from "./actor_string_problem.ts";

const SPACE = 0x20;
const DOT = 0x2e;
const STAR = 0x2a;
const GREATER = 0x3e;
const DELETE = 0x7f;

/** Up to so many ASCII characters an id is within every limit of bytes and tokens, whatever its dots. */
const SURELY_SHORT = 61;

/**
 * Checks that a text is an actor id.
 *
 * @param text 1 to 200 bytes of UTF-8; dots make tokens, 31 at most; no empty token, control character, whitespace,
 * lone surrogate, `*` or `>`. Nothing is normalised: two spellings are two actors.
 * @returns The same text.
 * @throws {InvalidActorIdError} If it is not valid; the message names the rule.
 *
 * @example
 * ```ts
 * import { parseActorId } from "@flowmade-one/aether";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseActorId("order.42"), "order.42");
 * assertEquals(parseActorId("user/é"), "user/é");
 * assertThrows(() => parseActorId("order."));
 * ```
 */
export function parseActorId(text: string): string {
  if (!isPlainActorId(text)) {
    const flaw = actorStringProblem(text) ?? wildcardFlaw(text);
    if (flaw !== undefined) throw new InvalidActorIdError(`${quote(text)} is not an actor id: ${flaw}`, { text });
  }
  return text;
}

/** The hot path: a short ASCII id is told by one scan; everything else goes through the full rules. */
function isPlainActorId(text: unknown): boolean {
  if (typeof text !== "string" || text.length > SURELY_SHORT) return false;
  let previous = DOT;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= SPACE || code >= DELETE || code === STAR || code === GREATER) return false;
    if (code === DOT && previous === DOT) return false;
    previous = code;
  }
  return previous !== DOT;
}

function wildcardFlaw(text: string): string | undefined {
  return /[*>]/.test(text) ? "it has * or >, which are for patterns" : undefined;
}
