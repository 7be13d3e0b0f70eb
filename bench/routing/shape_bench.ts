/**
 * Patterns with shapes that are expensive for a trie: `*` in every combination of tokens, and `>` at every depth.
 * Nothing is cached.
 */
import { PatternIndex } from "../../src/routing/pattern_index.ts";
import { measure, type Measured } from "../measure.ts";
import { Random } from "../random.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newQlobber } from "./qlobber.ts";
import { type Content, fresh } from "./workload.ts";

type Handler = () => void;
const handler: Handler = () => {};

/** See the top of this file. */
export function* benchShapes(scale: Scale): Generator<Row, void, void> {
  for (const matching of ["one", "all"] as const) {
    const ratios: number[] = [];
    const steps: string[] = [];
    for (let stars = 0; stars <= 8; stars++) {
      const measured = benchMasks(stars, matching, scale);
      ratios.push(measured.timeRatio("qlobber", "index"));
      steps.push(ratios.at(-1)!.toFixed(2));
    }
    const [reach, stretch] = matching === "one" ? [2.3, 3] : [1.15, 1.5];
    yield {
      group: "1, 2, 4 to 256 patterns with * in every combination",
      name: `${matching === "one" ? "one matches" : "all match"}, lowest of the nine ratios, vs qlobber`,
      measured: Math.min(...ratios),
      unit: "x",
      reach,
      stretch,
      note: `1, 2, 4 to 256 patterns: ${steps.join(" ")}`,
    };
  }
  const deep = benchTails(scale);
  yield {
    group: "30 patterns with > at every depth",
    name: "a subject of 31 tokens vs qlobber",
    measured: deep.timeRatio("qlobber", "index"),
    unit: "x",
    reach: 2,
    stretch: 3,
    note: `index ${deep.nanoseconds("index").toFixed(0)}, qlobber ${deep.nanoseconds("qlobber").toFixed(0)} ns`,
  };
}

/** Patterns of eight tokens: all 2^stars ways to replace some of the first `stars` tokens by `*`. */
function benchMasks(stars: number, matching: "one" | "all", scale: Scale): Measured {
  const literals = Array.from({ length: 8 }, (_, i) => `t${i}`);
  const masks = Array.from(
    { length: 2 ** stars },
    (_, mask) => literals.map((token, i) => mask >> i & 1 ? "*" : token),
  );
  const random = new Random(5);
  const content = (): Content =>
    literals.map((token, i) => matching === "one" && i < stars ? `x${random.below(1e4)}` : token);
  return compare(masks.map((tokens) => tokens.join(".")), content, scale);
}

/** 30 patterns that all match: one token and `>`, two tokens and `>`, up to 30 tokens and `>`. */
function benchTails(scale: Scale): Measured {
  const tokens = Array.from({ length: 31 }, (_, i) => `t${i}`);
  const patterns = Array.from({ length: 30 }, (_, depth) => [...tokens.slice(0, depth + 1), ">"].join("."));
  return compare(patterns, () => tokens, scale);
}

function compare(patterns: readonly string[], content: () => Content, { rounds, count }: Scale): Measured {
  const operations = count(2_048);
  const index = new PatternIndex<Handler>(1);
  const qlobber = newQlobber<Handler>();
  for (const pattern of patterns) {
    index.add(pattern, handler);
    qlobber.add(pattern, handler);
  }
  let made: { round: number; contents: Content[] } = { round: -1, contents: [] };
  const prepare = (round: number) => {
    if (made.round !== round) made = { round, contents: Array.from({ length: operations }, content) };
    return fresh(made.contents);
  };
  return measure(rounds(31), [
    {
      name: "index",
      prepare,
      operations,
      run(batch: string[]) {
        let found = 0;
        for (let i = 0; i < batch.length; i++) found += index.search(batch[i]!).length;
        return found;
      },
    },
    {
      name: "qlobber",
      prepare,
      operations,
      run(batch: string[]) {
        let found = 0;
        for (let i = 0; i < batch.length; i++) found += qlobber.match(batch[i]!).length;
        return found;
      },
    },
  ]);
}
