/**
 * Subjects are matched among 10, 1,000, 100,000 and 1,000,000 patterns, 90 % of which are exact. The subjects are cold
 * (new contents), fresh (256 contents, new strings), the same 256 string objects, or a mixture.
 */
import { PatternIndex } from "../../src/routing/pattern_index.ts";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { measure, type Measured } from "../measure.ts";
import { Random } from "../random.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newQlobber } from "./qlobber.ts";
import { type Content, fresh, Workload } from "./workload.ts";

const HOT = 256;
const handler = () => {};

/** See the top of this file. */
export function* benchSubjects(scale: Scale): Generator<Row, void, void> {
  for (const size of [10, 1_000, 100_000, 1_000_000]) yield* benchSize(size, scale);
}

function* benchSize(size: number, { rounds, count }: Scale): Generator<Row, void, void> {
  const batch = count(4_096);
  const workload = new Workload(Math.min(size, count(size)));
  const router = new PatternRouter<() => void>();
  const index = new PatternIndex<() => void>(1);
  const qlobber = newQlobber<() => void>();
  const map = new Map<string, number>();
  for (const pattern of workload.patterns) {
    router.add(pattern, handler);
    index.add(pattern, handler);
    qlobber.add(pattern, handler);
    map.set(pattern, 1);
  }

  const compare = (inputsOf: (round: number) => () => string[]): Measured => {
    let made: { round: number; make: () => string[] } = { round: -1, make: () => [] };
    const prepare = (round: number) => {
      if (made.round !== round) made = { round, make: inputsOf(round) };
      return made.make();
    };
    const common = { prepare, operations: batch };
    return measure(rounds(size < 1_000_000 ? 41 : 25), [
      {
        ...common,
        name: "router",
        run(subjects: string[]) {
          let found = 0;
          for (let i = 0; i < subjects.length; i++) found += router.match(subjects[i]!).length;
          return found;
        },
      },
      {
        ...common,
        name: "uncached",
        run(subjects: string[]) {
          let found = 0;
          for (let i = 0; i < subjects.length; i++) found += index.search(subjects[i]!).length;
          return found;
        },
      },
      {
        ...common,
        name: "qlobber",
        run(subjects: string[]) {
          let found = 0;
          for (let i = 0; i < subjects.length; i++) found += qlobber.match(subjects[i]!).length;
          return found;
        },
      },
      {
        ...common,
        name: "Map.get",
        checked: false,
        run(subjects: string[]) {
          let found = 0;
          for (let i = 0; i < subjects.length; i++) if (map.get(subjects[i]!) !== undefined) found++;
          return found;
        },
      },
    ]);
  };

  const hotContents = workload.contents(HOT);
  const hotStrings = fresh(hotContents);
  const random = new Random(7);
  const rotated = (contents: readonly Content[]) => Array.from({ length: batch }, () => random.pick(contents));
  const same = Array.from({ length: batch }, (_, i) => hotStrings[i % HOT]!);
  const mixed = (coldPercent: number) => () => {
    const cold = workload.contents(batch);
    const isCold = cold.map(() => random.below(100) < coldPercent);
    return () => cold.map((content, i) => isCold[i] ? content.join(".") : hotStrings[i % HOT]!);
  };

  const cold = compare(() => {
    const contents = workload.contents(batch);
    return () => fresh(contents);
  });
  const repeated = compare(() => {
    const contents = rotated(hotContents);
    return () => fresh(contents);
  });
  const identical = compare(() => () => same);

  const group = `${size.toLocaleString("en")} patterns`;
  const large = size === 100_000;
  const million = size === 1_000_000;
  yield vsQlobber(group, "cold vs qlobber", cold, large ? [3, 4] : million ? [3.3, 5] : undefined);
  yield vsMap(group, "cold / one Map.get of the same fresh strings", cold, large ? [1.2, 0.9] : undefined);
  yield vsQlobber(group, "fresh strings of 256 contents vs qlobber", repeated, large ? [5.5, 8] : undefined);
  yield vsQlobber(group, "same 256 strings vs qlobber", identical, large ? [38, 45] : undefined);
  yield vsMap(group, "same 256 strings / Map.get", identical, large ? [2.3, 2.0] : undefined);
  yield {
    group,
    name: "same 256 strings, without cache, vs qlobber",
    measured: identical.timeRatio("qlobber", "uncached"),
    unit: "x",
  };
  if (large) {
    for (const percent of [30, 50, 70]) {
      yield vsQlobber(group, `${percent} % cold, the others same 256 strings, vs qlobber`, compare(mixed(percent)), [
        3,
        3.7,
      ]);
    }
  }
}

function vsQlobber(group: string, name: string, measured: Measured, targets?: [reach: number, stretch: number]): Row {
  return {
    group,
    name,
    unit: "x",
    measured: measured.timeRatio("qlobber", "router"),
    ...targetsOf(targets),
    note: times(measured),
  };
}

function vsMap(group: string, name: string, measured: Measured, targets?: [reach: number, stretch: number]): Row {
  const ratio = measured.timeRatio("router", "Map.get");
  return { group, name, unit: "of the time", measured: ratio, ...targetsOf(targets), note: times(measured) };
}

function targetsOf(targets?: [reach: number, stretch: number]): Pick<Row, "reach" | "stretch"> {
  return { reach: targets?.[0], stretch: targets?.[1] };
}

function times(measured: Measured): string {
  const each = ["router", "uncached", "qlobber", "Map.get"].map((name) =>
    `${name} ${measured.nanoseconds(name).toFixed(0)}`
  );
  return `${each.join(", ")} ns`;
}
