/**
 * 256 hot subjects are matched among 100,000 patterns, while 1, 10 or 50 % of the operations add or remove a pattern.
 * eventemitter2 is not among the references, because it walks its whole tree to unsubscribe.
 */
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { measure } from "../measure.ts";
import { Random } from "../random.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newQlobber } from "./qlobber.ts";
import { fresh, Workload } from "./workload.ts";

/** The number of subjects. */
const HOT = 256;
/** The number of patterns that are added and removed. */
const CHANGING = 512;

type Handler = () => void;
const handler: Handler = () => {};

/** The steps of one run. Each matches a subject, or adds or removes a pattern. */
interface Script {
  readonly kinds: Uint8Array;
  /** The subject or the pattern of each step. */
  readonly strings: readonly string[];
}
const MATCH = 0, ADD = 1, REMOVE = 2;

/** `[reach, stretch]` by the kind of the changed patterns and the percentage of changes. */
const GOALS = {
  wildcard: { 1: [10, 12], 10: [4.5, 5], 50: [3, 3.5] },
  exact: { 1: [18, 22], 10: [10, 12], 50: [7.5, 9] },
} as const;

/** See the top of this file. */
export function* benchChurn(scale: Scale): Generator<Row, void, void> {
  for (const kind of ["wildcard", "exact"] as const) {
    for (const percent of [1, 10, 50] as const) yield bench(kind, percent, scale);
  }
}

function bench(kind: "wildcard" | "exact", percent: 1 | 10 | 50, { rounds, count }: Scale): Row {
  const batch = count(4_096);
  const workload = new Workload(count(100_000));
  const router = new PatternRouter<Handler>();
  const qlobber = newQlobber<Handler>();
  for (const pattern of workload.patterns) {
    router.add(pattern, handler);
    qlobber.add(pattern, handler);
  }
  const random = new Random(3);
  const subjects = fresh(workload.contents(HOT));
  const changing = workload.morePatterns(CHANGING, kind);

  const scriptOf = (): Script => {
    const kinds = new Uint8Array(batch);
    const present = new Set<string>();
    const strings = Array.from({ length: batch }, (_, i) => {
      if (random.below(100) >= percent) return random.pick(subjects);
      const pattern = random.pick(changing);
      kinds[i] = present.delete(pattern) ? REMOVE : ADD;
      if (kinds[i] === ADD) present.add(pattern);
      return pattern;
    });
    const leaving = [...present];
    return {
      kinds: new Uint8Array([...kinds, ...leaving.map(() => REMOVE)]),
      strings: [...strings, ...leaving],
    };
  };
  let made: { round: number; script: Script } = { round: -1, script: scriptOf() };
  const prepare = (round: number) => {
    if (made.round !== round) made = { round, script: scriptOf() };
    return made.script;
  };

  const measured = measure(rounds(61), [
    {
      name: "router",
      prepare,
      operations: batch,
      run({ kinds, strings }: Script) {
        let found = 0;
        for (let i = 0; i < kinds.length; i++) {
          if (kinds[i] === MATCH) found += router.match(strings[i]!).length;
          else if (kinds[i] === ADD) router.add(strings[i]!, handler);
          else router.remove(strings[i]!, handler);
        }
        return found;
      },
    },
    {
      name: "qlobber",
      prepare,
      operations: batch,
      run({ kinds, strings }: Script) {
        let found = 0;
        for (let i = 0; i < kinds.length; i++) {
          if (kinds[i] === MATCH) found += qlobber.match(strings[i]!).length;
          else if (kinds[i] === ADD) qlobber.add(strings[i]!, handler);
          else qlobber.remove(strings[i]!, handler);
        }
        return found;
      },
    },
  ]);
  const [reach, stretch] = GOALS[kind][percent];
  const note = `router ${measured.nanoseconds("router").toFixed(0)}, qlobber ${
    measured.nanoseconds("qlobber").toFixed(0)
  } ns`;
  const name = `${kind} churn ${percent} % vs qlobber`;
  return {
    group: "100,000 patterns",
    name,
    unit: "x",
    measured: measured.timeRatio("qlobber", "router"),
    reach,
    stretch,
    note,
  };
}
