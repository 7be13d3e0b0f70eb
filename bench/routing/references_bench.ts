/**
 * Subjects are matched by two more references. eventemitter2, with wildcards, lists the listeners and does not call
 * them. A naive loop splits the subject and compares it with the tokens of each pattern, which were split beforehand.
 * Both are so slow that a round has few subjects.
 */
import eventemitter2 from "npm:eventemitter2@6.4.9";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { type Candidate, measure } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { fresh, Workload } from "./workload.ts";

const HOT = 256;
const handler = () => {};

/** See the top of this file. */
export function* benchReferences(scale: Scale): Generator<Row, void, void> {
  for (const size of [1_000, 100_000] as const) {
    for (const kind of ["cold", "same 256 strings"] as const) yield* benchSize(size, kind, scale);
  }
}

function* benchSize(
  size: 1_000 | 100_000,
  kind: "cold" | "same 256 strings",
  { rounds, count }: Scale,
): Generator<Row, void, void> {
  const operations = count(1_024);
  const workload = new Workload(Math.min(size, count(size)));
  const router = new PatternRouter<() => void>();
  const emitter = new eventemitter2.EventEmitter2({ wildcard: true, delimiter: ".", maxListeners: 0 });
  for (const pattern of workload.patterns) {
    router.add(pattern, handler);
    emitter.on(pattern.replace(/>$/, "**"), handler);
  }
  const split = workload.patterns.map((pattern) => pattern.split("."));
  const same = fresh(workload.contents(HOT));
  const hot = Array.from({ length: operations }, (_, i) => same[i % HOT]!);
  let made = { round: -1, contents: workload.contents(operations) };
  const common = {
    operations,
    prepare(round: number) {
      if (kind !== "cold") return hot;
      if (made.round !== round) made = { round, contents: workload.contents(operations) };
      return fresh(made.contents);
    },
  };
  const candidates: Candidate<string[]>[] = [
    {
      ...common,
      name: "router",
      run(subjects) {
        let found = 0;
        for (let i = 0; i < subjects.length; i++) found += router.match(subjects[i]!).length;
        return found;
      },
    },
    {
      ...common,
      name: "eventemitter2",
      run(subjects) {
        let found = 0;
        for (let i = 0; i < subjects.length; i++) found += emitter.listeners(subjects[i]!).length;
        return found;
      },
    },
  ];
  const naive: Candidate<string[]> = {
    ...common,
    name: "split and compare",
    run(subjects) {
      let found = 0;
      for (let i = 0; i < subjects.length; i++) found += countMatches(split, subjects[i]!);
      return found;
    },
  };
  const references = size === 1_000 ? ["eventemitter2", "split and compare"] : ["eventemitter2"];
  const measured = measure(rounds(21), size === 1_000 ? [...candidates, naive] : candidates);
  for (const reference of references) {
    yield {
      group: `${size.toLocaleString("en")} patterns`,
      name: `${kind} vs ${reference}`,
      measured: measured.timeRatio(reference, "router"),
      unit: "x",
      note: `router ${measured.nanoseconds("router").toFixed(0)}, ${reference} ${
        measured.nanoseconds(reference).toFixed(0)
      } ns`,
    };
  }
}

function countMatches(patterns: readonly (readonly string[])[], subject: string): number {
  const tokens = subject.split(".");
  let found = 0;
  for (let i = 0; i < patterns.length; i++) if (matches(patterns[i]!, tokens)) found++;
  return found;
}

function matches(pattern: readonly string[], tokens: readonly string[]): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const token = pattern[i]!;
    if (token === ">") return tokens.length > i;
    if (i >= tokens.length || (token !== "*" && token !== tokens[i])) return false;
  }
  return tokens.length === pattern.length;
}
