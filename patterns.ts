/**
 * Functions for patterns with NATS wildcards: they check a pattern, compile it to a function, or compare two patterns.
 *
 * Stores, buses and grants take a pattern as a plain string. This entry point is for applications that match strings
 * against patterns themselves.
 *
 * @example
 * ```ts
 * import { compilePattern, parseNamespacePattern } from "@flowmade-one/aether/patterns";
 * import { assertEquals } from "@std/assert";
 *
 * const matches = compilePattern(parseNamespacePattern("prod.*"));
 * assertEquals(["prod.orders", "prod", "prod.orders.eu"].filter(matches), ["prod.orders"]);
 * ```
 *
 * @module
 */
export { compilePattern, type Matcher } from "./src/values/compile_pattern.ts";
export { parseActorPattern, parseNamespacePattern } from "./src/values/parse_pattern.ts";
export type { ActorPattern, NamespacePattern, Pattern } from "./src/values/pattern.ts";
export { patternCovers } from "./src/values/pattern_covers.ts";
