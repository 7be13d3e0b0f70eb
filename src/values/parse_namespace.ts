import { InvalidNamespaceError } from "../errors/invalid_namespace_error.ts";
import { quote } from "../base/quote.ts";
import { MAX_NAMESPACE_LENGTH, MAX_NAMESPACE_TOKEN_LENGTH, MAX_NAMESPACE_TOKENS } from "../base/limits.ts";
import { DEFAULT_NAMESPACE, type Namespace } from "../base/namespace.ts";

/** The characters of one token of a namespace. */
const NAMESPACE_TOKEN = /^[A-Za-z0-9_-]+$/;

/**
 * Checks that a string is a namespace.
 *
 * @param value 1 to 16 tokens joined by `.`, each 1 to 63 of `A-Z a-z 0-9 _ -`; 128 characters at most.
 * @returns The same string, typed.
 * @throws {InvalidNamespaceError} If it is not valid; the message names the rule.
 *
 * @example
 * ```ts
 * import { parseNamespace } from "@flowmade-one/aether";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseNamespace("prod.orders"), "prod.orders");
 * assertThrows(() => parseNamespace("prod.*"));
 * ```
 */
export function parseNamespace(value: string): Namespace {
  const problem = findProblem(value);
  if (problem !== undefined) {
    throw new InvalidNamespaceError(`${quote(value)} is not a namespace: ${problem}`, { value });
  }
  return value as Namespace;
}

/**
 * The namespace in the first argument of a call. Only a call without any argument means `default`. An explicit
 * `undefined` is refused, because it may come from a missing tenant name.
 *
 * @throws {InvalidNamespaceError} If the argument is not a namespace.
 */
export function namespaceOf(args: readonly [namespace?: string, ...rest: unknown[]]): Namespace {
  return args.length === 0 ? DEFAULT_NAMESPACE : parseNamespace(args[0] as string);
}

function findProblem(value: unknown): string | undefined {
  if (value === undefined) return 'it must be a string; to use the namespace "default", pass "default" or no argument';
  if (typeof value !== "string") return "it must be a string";
  if (value === "") return 'it is empty; to use the namespace "default", pass "default" or no argument';
  if (value.length > MAX_NAMESPACE_LENGTH) return `it has ${value.length} characters, ${MAX_NAMESPACE_LENGTH} at most`;
  const tokens = value.split(".");
  if (tokens.length > MAX_NAMESPACE_TOKENS) return `it has ${tokens.length} tokens, ${MAX_NAMESPACE_TOKENS} at most`;
  return tokens.map(namespaceTokenProblem).find((problem) => problem !== undefined);
}

/** The rule that one token of a namespace breaks, if any. */
export function namespaceTokenProblem(token: string): string | undefined {
  if (token === "") return "it has an empty token; tokens are joined by single dots";
  if (token.length > MAX_NAMESPACE_TOKEN_LENGTH) {
    return `a token has ${token.length} characters, ${MAX_NAMESPACE_TOKEN_LENGTH} at most`;
  }
  if (token === "*" || token === ">") return "it has a wildcard; to receive events of several namespaces, use a grant";
  if (!NAMESPACE_TOKEN.test(token)) return `the token ${quote(token)} is not made of A-Z a-z 0-9 _ - alone`;
  return undefined;
}
