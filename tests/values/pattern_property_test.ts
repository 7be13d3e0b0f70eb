import { assert, assertEquals } from "@std/assert";
import { compilePattern, parseActorPattern, patternCovers } from "@flowmade-one/aether/patterns";
import { testSeeds } from "../_support/seeds.ts";
import { naiveMatches, randomPattern, randomTokens, seededRandom } from "./naive_pattern.ts";

testSeeds("compilePattern() agrees with a naive matcher, 200,000 times", (seed) => {
  const random = seededRandom(seed);
  const literals = ["a", "b", "ab", "a+", "é"];
  for (let i = 0; i < 10_000; i++) {
    const pattern = randomPattern(random, literals, 6);
    const matches = compilePattern(parseActorPattern(pattern));
    for (let j = 0; j < 20; j++) {
      const text = randomTokens(random, literals, 6).join(".");
      assertEquals(matches(text), naiveMatches(pattern, text), `${pattern} against ${text}`);
    }
  }
});

testSeeds(
  "patternCovers() is true if and only if the outer pattern matches all strings that the inner one does, 200,000 times",
  (seed) => {
    const random = seededRandom(seed);
    const literals = ["a", "b"];
    // "c" is a token that no pattern has. Strings with two tokens more than any pattern distinguish > from *.
    const texts = allTexts([...literals, "c"], 5);
    const matched = new Map<string, boolean[]>();
    const matchesOf = (pattern: string) =>
      matched.get(pattern) ?? matched.set(pattern, texts.map((text) => naiveMatches(pattern, text))).get(pattern)!;
    for (let i = 0; i < 200_000; i++) {
      const [outer, inner] = [randomPattern(random, literals, 3), randomPattern(random, literals, 3)];
      const covers = patternCovers(parseActorPattern(outer), parseActorPattern(inner));
      const [byOuter, byInner] = [matchesOf(outer), matchesOf(inner)];
      const witness = texts.find((_, text) => byInner[text] && !byOuter[text]);
      assertEquals(covers, witness === undefined, `${outer} over ${inner}, witness ${witness}`);
    }
  },
);

testSeeds("patternCovers() is transitive, 20,000 times", (seed) => {
  const random = seededRandom(seed);
  const covers = (outer: string, inner: string) => patternCovers(parseActorPattern(outer), parseActorPattern(inner));
  let met = 0;
  for (let i = 0; i < 20_000; i++) {
    const [a, b] = [randomPattern(random, ["a"], 3), randomPattern(random, ["a"], 3)];
    const c = random() < 0.5 ? randomPattern(random, ["a"], 3) : randomTokens(random, ["a"], 3).join(".");
    if (!covers(a, b) || !covers(b, c)) continue;
    met++;
    assert(covers(a, c), `${a} over ${b} over ${c}`);
  }
  assert(met > 100, `only ${met} chains of three patterns`);
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
