import { parseActorPattern } from "./parse_pattern.ts";
import type { Pattern } from "./pattern.ts";

/**
 * Tells whether a pattern covers another: whether every string that `inner` matches is matched by `outer` too.
 *
 * The answer is exact for strings of any length. The limits of 16 and 31 tokens are ignored, so that a `false` may be
 * given where only that limit would make it true, never the reverse: a grant is not widened by it.
 *
 * @param outer The wider pattern, as it is hoped.
 * @param inner The narrower pattern, or a name without wildcards.
 * @throws {InvalidPatternError} If one of them is not a pattern.
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
  const outerTokens = parseActorPattern(outer).split("."); // The wider of the two alphabets.
  const innerTokens = parseActorPattern(inner).split(".");
  for (const [i, token] of outerTokens.entries()) {
    const against = innerTokens[i];
    if (against === undefined) return false;
    if (token === ">") return true;
    if (against === ">") return false;
    if (token !== "*" && token !== against) return false;
  }
  return outerTokens.length === innerTokens.length;
}
