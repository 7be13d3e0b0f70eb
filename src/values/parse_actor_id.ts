import { InvalidActorIdError } from "../errors/invalid_actor_id_error.ts";
import { quote } from "../base/quote.ts";
import { actorStringProblem } from "./actor_string_problem.ts";

const SPACE = 0x20;
const DOT = 0x2e;
const STAR = 0x2a;
const GREATER = 0x3e;
const DELETE = 0x7f;

/**
 * Maximum length of an id for the fast path, in characters. An ASCII id of this length has at most 31 tokens, and is
 * within all limits.
 */
const MAX_PLAIN_LENGTH = 61;

/**
 * Checks that a string is an actor id.
 *
 * @param value 1 to 200 bytes of UTF-8, at most 31 tokens joined by dots; without empty token, control character,
 * whitespace, lone surrogate, `*` or `>`. Unicode is not normalised: ids with different code points name different
 * actors.
 * @returns The same string.
 * @throws {InvalidActorIdError} If it is invalid; the message names the rule.
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
export function parseActorId(value: string): string {
  if (!isPlainActorId(value)) {
    const problem = actorStringProblem(value) ?? wildcardProblem(value);
    if (problem !== undefined) {
      throw new InvalidActorIdError(`${quote(value)} is not an actor id: ${problem}`, { value });
    }
  }
  return value;
}

/** The fast path: one scan accepts a short ASCII id. The full rules check any other id. */
function isPlainActorId(value: unknown): boolean {
  if (typeof value !== "string" || value.length > MAX_PLAIN_LENGTH) return false;
  let previous = DOT;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code <= SPACE || code >= DELETE || code === STAR || code === GREATER) return false;
    if (code === DOT && previous === DOT) return false;
    previous = code;
  }
  return previous !== DOT;
}

function wildcardProblem(value: string): string | undefined {
  return /[*>]/.test(value) ? "it has * or >, which only a pattern may have" : undefined;
}
