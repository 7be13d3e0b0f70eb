import { parseActorPattern } from "./parse_pattern.ts";
import type { Pattern } from "./pattern.ts";

/**
 * Tells whether a pattern covers another: whether every string that `inner` matches is matched by `outer` too.
 *
 * The result is exact for strings of any length. The limits of 16 tokens for namespaces and 31 for actor ids are
 * ignored. The result may therefore be `false` although no valid string violates the condition. The result is never
 * wrongly `true`, so that a grant cannot be widened.
 *
 * @param outer The pattern that is expected to be wider.
 * @param inner The narrower pattern, or a name without wildcards.
 * @throws {InvalidPatternError} If `outer` or `inner` is not a pattern.
 *
 * @example
 * ```ts
 * import { parseNamespacePattern, patternCovers } from "@flowmade-one/aether/patterns";
 * import { assertEquals } from "@std/assert";
 *
 * const outer = parseNamespacePattern("prod.>");
 * assertEquals(patternCovers(outer, parseNamespacePattern("prod.*.eu")), true);
 * assertEquals(patternCovers(outer, parseNamespacePattern("prod")), false);
 * assertEquals(patternCovers(parseNamespacePattern("prod.*"), outer), false);
 * ```
 */
export function patternCovers<P extends Pattern>(outer: P, inner: P): boolean {
  // Every namespace pattern is also a valid actor pattern.
  const outerTokens = parseActorPattern(outer).split(".");
  const innerTokens = parseActorPattern(inner).split(".");
  for (const [i, token] of outerTokens.entries()) {
    const innerToken = innerTokens[i];
    if (innerToken === undefined) return false;
    if (token === ">") return true;
    if (innerToken === ">") return false;
    if (token !== "*" && token !== innerToken) return false;
  }
  return outerTokens.length === innerTokens.length;
}
