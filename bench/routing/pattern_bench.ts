/**
 * One pattern against 256 strings, half of which match. The other strings differ from a match in one token or end
 * early, so that the first character does not decide. One reference splits pattern and string at the dots and compares
 * the tokens. A faster reference has split the pattern beforehand.
 */
import { compilePattern, parseActorPattern } from "../../patterns.ts";
import { measure } from "../measure.ts";
import { Random } from "../random.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";

const STRINGS = 256;

const KINDS: [name: string, pattern: string, misses: readonly string[], reach: number, stretch: number][] = [
  ["a literal", "eu.t0417.orders.482133.open", ["eu.t0417.orders.482133.paid", "eu.t0417.orders.482133"], 15, 20],
  ["> at the end", "eu.t0417.orders.>", ["eu.t0417.stocks.482133.open", "eu.t0417.orders"], 15, 20],
  ["*", "eu.t0417.*.482133.*", ["eu.t0417.orders.482134.open", "eu.t0417.orders.482133"], 6, 10],
];

/** See the top of this file. */
export function* benchPatterns({ rounds, count }: Scale): Generator<Row, void, void> {
  const operations = count(16_384);
  for (const [name, pattern, misses, reach, stretch] of KINDS) {
    const random = new Random(2);
    const strings = Array.from(
      { length: STRINGS },
      (_, i) => stringFor(pattern, i % 2 === 0 ? undefined : misses, random),
    );
    const matches = compilePattern(parseActorPattern(pattern));
    const tokens = pattern.split(".");
    const common = { operations, prepare: (round: number) => round };
    const measured = measure(rounds(101), [
      {
        ...common,
        name: "compiled",
        run(round) {
          let found = 0;
          for (let i = 0; i < operations; i++) if (matches(strings[i + round & STRINGS - 1]!)) found++;
          return found;
        },
      },
      {
        ...common,
        name: "split and compare",
        run(round) {
          let found = 0;
          for (let i = 0; i < operations; i++) {
            if (matchesTokens(pattern.split("."), strings[i + round & STRINGS - 1]!)) found++;
          }
          return found;
        },
      },
      {
        ...common,
        name: "pattern split beforehand",
        run(round) {
          let found = 0;
          for (let i = 0; i < operations; i++) if (matchesTokens(tokens, strings[i + round & STRINGS - 1]!)) found++;
          return found;
        },
      },
    ]);
    const each = ["compiled", "split and compare", "pattern split beforehand"];
    yield {
      group: "one compiled pattern",
      name: `${name} vs split and compare`,
      measured: measured.timeRatio("split and compare", "compiled"),
      unit: "x",
      reach,
      stretch,
      note: `${each.map((candidate) => `${candidate} ${measured.nanoseconds(candidate).toFixed(1)}`).join(", ")} ns`,
    };
  }
}

/** A string that matches, or one of the misses. It is a new string, like a received subject. */
function stringFor(pattern: string, misses: readonly string[] | undefined, random: Random): string {
  if (misses !== undefined) return random.pick(misses).split(".").join(".");
  return pattern.split(".").map((token) => {
    if (token === "*") return String(100_000 + random.below(900_000));
    return token === ">" ? `${100_000 + random.below(900_000)}.open` : token;
  }).join(".");
}

/** Compares the tokens one by one. */
function matchesTokens(pattern: readonly string[], string: string): boolean {
  const tokens = string.split(".");
  for (let i = 0; i < pattern.length; i++) {
    const token = pattern[i]!;
    if (token === ">") return tokens.length > i;
    if (i >= tokens.length || (token !== "*" && token !== tokens[i])) return false;
  }
  return tokens.length === pattern.length;
}
