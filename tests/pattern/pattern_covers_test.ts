import { assert, assertEquals } from "@std/assert";
import { parseActorPattern, patternCovers } from "@flowmade-one/aether";
import { SEED } from "../seed.ts";
import { naiveMatches, randomPattern, randomTokens, seededRandom } from "./naive_pattern.ts";

const cases: [outer: string, inner: string, covers: boolean, because: string][] = [
  [">", ">", true, "itself"],
  [">", "a", true, "> covers a name"],
  [">", "*.>", true, "> covers every pattern"],
  ["a.>", "a.>", true, "itself"],
  ["a.>", "a.b", true, "a name below"],
  ["a.>", "a.*.c", true, "a pattern below"],
  ["a.>", "a.b.>", true, "a tail further down"],
  ["a.>", "a", false, "> needs at least one token"],
  ["a.>", "*.b", false, "a star may be another token"],
  ["a.>", ">", false, "less does not cover more"],
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

for (const [outer, inner, covers, because] of cases) {
  Deno.test(`${outer} ${covers ? "covers" : "does not cover"} ${inner}: ${because}`, () => {
    assertEquals(patternCovers(parseActorPattern(outer), parseActorPattern(inner)), covers);
  });
}

Deno.test("a pattern covers another exactly when every text that the other matches is matched, 200,000 times", () => {
  const random = seededRandom(SEED);
  const literals = ["a", "b"];
  // "c" stands for every token that no pattern names; texts two tokens longer than patterns tell > from *.
  const texts = allTexts([...literals, "c"], 5);
  const matched = new Map<string, boolean[]>();
  const matchesOf = (pattern: string) =>
    matched.get(pattern) ?? matched.set(pattern, texts.map((text) => naiveMatches(pattern, text))).get(pattern)!;
  for (let i = 0; i < 200_000; i++) {
    const [outer, inner] = [randomPattern(random, literals, 3), randomPattern(random, literals, 3)];
    const covers = patternCovers(parseActorPattern(outer), parseActorPattern(inner));
    const [byOuter, byInner] = [matchesOf(outer), matchesOf(inner)];
    const witness = texts.find((_, text) => byInner[text] && !byOuter[text]);
    assertEquals(covers, witness === undefined, `AETHER_SEED=${SEED}: ${outer} over ${inner}, witness ${witness}`);
  }
});

Deno.test("covering is transitive, 20,000 times", () => {
  const random = seededRandom(SEED);
  const covers = (outer: string, inner: string) => patternCovers(parseActorPattern(outer), parseActorPattern(inner));
  let met = 0;
  for (let i = 0; i < 20_000; i++) {
    const [a, b] = [randomPattern(random, ["a"], 3), randomPattern(random, ["a"], 3)];
    const c = random() < 0.5 ? randomPattern(random, ["a"], 3) : randomTokens(random, ["a"], 3).join(".");
    if (!covers(a, b) || !covers(b, c)) continue;
    met++;
    assert(covers(a, c), `AETHER_SEED=${SEED}: ${a} over ${b} over ${c}`);
  }
  assert(met > 100, "too few chains to mean anything");
});

function allTexts(alphabet: readonly string[], maxTokens: number): string[] {
  let last = [""];
  const all: string[] = [];
  for (let i = 0; i < maxTokens; i++) {
    last = last.flatMap((text) => alphabet.map((token) => text === "" ? token : `${text}.${token}`));
    all.push(...last);
  }
  return all;
}
