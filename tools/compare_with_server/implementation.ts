import { compilePattern, parseActorPattern, patternCovers } from "../../mod.ts";
import { PatternRouter } from "../../src/routing/pattern_router.ts";

/** What is held against the server. Patterns arrive as plain text and may be refused by throwing. */
export interface Implementation {
  compile(pattern: string): (subject: string) => boolean;
  /** Puts all patterns into one router, which then answers with their places in the list. */
  route(patterns: readonly string[]): (subject: string) => readonly number[];
  covers(outer: string, inner: string): boolean;
}

/** Ours. */
export const AETHER: Implementation = {
  compile: (pattern) => compilePattern(parseActorPattern(pattern)),
  route: (patterns) => {
    const router = new PatternRouter<{ readonly index: number }>();
    for (const [index, pattern] of patterns.entries()) router.add(pattern, { index });
    return (subject) => router.match(subject).map(({ index }) => index);
  },
  covers: (outer, inner) => patternCovers(parseActorPattern(outer), parseActorPattern(inner)),
};
