import { actorStringProblem } from "./actor_string_problem.ts";
import { InvalidPatternError } from "../errors/invalid_pattern_error.ts";
import { quote } from "../base/quote.ts";
import { MAX_NAMESPACE_LENGTH, MAX_NAMESPACE_TOKENS } from "../base/limits.ts";
import { namespaceTokenProblem } from "./parse_namespace.ts";
import type { ActorPattern, NamespacePattern } from "./pattern.ts";

/**
 * Checks that a string is a pattern over namespaces.
 *
 * @param value Tokens as in a namespace, or `*` for any one token, or `>` as the last token for one or more tokens;
 * 1 to 16 tokens, 128 characters at most.
 * @returns The same value, typed.
 * @throws {InvalidPatternError} If it is not valid; the message names the rule.
 *
 * @example
 * ```ts
 * import { parseNamespacePattern } from "@flowmade-one/aether/patterns";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseNamespacePattern("prod.*.eu.>"), "prod.*.eu.>");
 * assertThrows(() => parseNamespacePattern("prod.>.eu"));
 * ```
 */
export function parseNamespacePattern(value: string): NamespacePattern {
  throwIfProblem(value, "a namespace pattern", namespacePatternProblem(value));
  return value as NamespacePattern;
}

/**
 * Checks that a string is a pattern over actor ids.
 *
 * @param value Tokens as in an actor id, or `*` for any one token, or `>` as the last token for one or more tokens; 1
 * to 31 tokens, 200 bytes at most.
 * @returns The same value, typed.
 * @throws {InvalidPatternError} If it is invalid; the message names the rule. A token such as `a*b` or `**` is refused:
 * nats-server would match it literally, which is rarely intended.
 *
 * @example
 * ```ts
 * import { parseActorPattern } from "@flowmade-one/aether/patterns";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseActorPattern("order.*"), "order.*");
 * assertThrows(() => parseActorPattern("order.4*"));
 * ```
 */
export function parseActorPattern(value: string): ActorPattern {
  throwIfProblem(value, "an actor pattern", actorStringProblem(value) ?? wildcardProblem(value.split(".")));
  return value as ActorPattern;
}

function throwIfProblem(value: unknown, kind: string, problem: string | undefined): void {
  if (problem !== undefined) throw new InvalidPatternError(`${quote(value)} is not ${kind}: ${problem}`, { value });
}

function namespacePatternProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return "it must be a string";
  if (value.length > MAX_NAMESPACE_LENGTH) return `it has ${value.length} characters, ${MAX_NAMESPACE_LENGTH} at most`;
  const tokens = value.split(".");
  if (tokens.length > MAX_NAMESPACE_TOKENS) return `it has ${tokens.length} tokens, ${MAX_NAMESPACE_TOKENS} at most`;
  return wildcardProblem(tokens) ??
    tokens.filter((t) => !isWildcard(t)).map(namespaceTokenProblem).find((f) => f !== undefined);
}

function wildcardProblem(tokens: readonly string[]): string | undefined {
  if (tokens.slice(0, -1).includes(">")) return "> is allowed as the last token only";
  const mixed = tokens.find((token) => !isWildcard(token) && /[*>]/.test(token));
  return mixed === undefined
    ? undefined
    : `in ${quote(mixed)} a wildcard is only part of a token; it must be the whole token`;
}

function isWildcard(token: string): boolean {
  return token === "*" || token === ">";
}
