import { assertEquals } from "@std/assert";
import { parseActorPattern, patternCovers } from "@flowmade-one/aether/patterns";

const cases: [outer: string, inner: string, covers: boolean, reason: string][] = [
  [">", ">", true, "itself"],
  [">", "a", true, "> covers a name"],
  [">", "*.>", true, "> covers every pattern"],
  ["a.>", "a.>", true, "itself"],
  ["a.>", "a.b", true, "a name below"],
  ["a.>", "a.*.c", true, "a pattern below"],
  ["a.>", "a.b.>", true, "a tail further down"],
  ["a.>", "a", false, "> needs at least one token"],
  ["a.>", "*.b", false, "a star may be another token"],
  ["a.>", ">", false, "> at the root matches more"],
  ["a.*", "a.b", true, "a name in place of the star"],
  ["a.*", "a.*", true, "itself"],
  ["a.*", "a.>", false, "> may be many tokens"],
  ["a.*", "a.*.*", false, "more tokens"],
  ["a.*", "a", false, "fewer tokens"],
  ["*", ">", false, "* is one token, > may be more"],
  [">", "*", true, "> covers one token"],
  ["*.>", "a.b", true, "two tokens"],
  ["*.>", "a.>", true, "a literal in place of the star"],
  ["*.>", ">", false, "> may be one token, * and > are two"],
  ["a.b", "a.b", true, "the same name"],
  ["a.b", "a.*", false, "a name covers no pattern"],
  ["a.b", "a.c", false, "another name"],
  ["a.*.c", "a.b.c", true, "a literal in place of the star"],
  ["a.*.c", "a.b.*", false, "a star in place of a literal"],
  ["*.*", "*.*", true, "stars"],
  ["*.*", "a.*", true, "fewer stars"],
  ["a.*", "*.a", false, "stars elsewhere"],
];

for (const [outer, inner, covers, reason] of cases) {
  Deno.test(`patternCovers("${outer}", "${inner}") is ${covers}: ${reason}`, () => {
    assertEquals(patternCovers(parseActorPattern(outer), parseActorPattern(inner)), covers);
  });
}
