/**
 * 256 hot subjects are matched among 100,000 patterns while patterns come and go: 1, 10 and 50 % of operations are changes.
 * (eventemitter2 is not among the peers: it unsubscribes by a walk of its whole tree.)
 */
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { measure } from "../measure.ts";
import { Random } from "../random.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newQlobber } from "./qlobber.ts";
import { fresh, Workload } from "./workload.ts";

const HOT = 256;
const COMING_AND_GOING = 512;

type Handler = () => void;
const handler: Handler = () => {};

/** One step of the script: match a subject, or add or remove a pattern. */
interface Script {
  readonly kinds: Uint8Array;
  readonly texts: readonly string[];
}
const MATCH = 0, ADD = 1, REMOVE = 2;

const TARGETS = {
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
  const changing = workload.morePatterns(COMING_AND_GOING, kind);

  const scriptOf = (): Script => {
    const kinds = new Uint8Array(batch);
    const present = new Set<string>();
    const texts = Array.from({ length: batch }, (_, i) => {
      if (random.below(100) >= percent) return random.pick(subjects);
      const pattern = random.pick(changing);
      kinds[i] = present.delete(pattern) ? REMOVE : ADD;
      if (kinds[i] === ADD) present.add(pattern);
      return pattern;
    });
    const leaving = [...present];
    return {
      kinds: new Uint8Array([...kinds, ...leaving.map(() => REMOVE)]),
      texts: [...texts, ...leaving],
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
      run({ kinds, texts }: Script) {
        let found = 0;
        for (let i = 0; i < kinds.length; i++) {
          if (kinds[i] === MATCH) found += router.match(texts[i]!).length;
          else if (kinds[i] === ADD) router.add(texts[i]!, handler);
          else router.remove(texts[i]!, handler);
        }
        return found;
      },
    },
    {
      name: "qlobber",
      prepare,
      operations: batch,
      run({ kinds, texts }: Script) {
        let found = 0;
        for (let i = 0; i < kinds.length; i++) {
          if (kinds[i] === MATCH) found += qlobber.match(texts[i]!).length;
          else if (kinds[i] === ADD) qlobber.add(texts[i]!, handler);
          else qlobber.remove(texts[i]!, handler);
        }
        return found;
      },
    },
  ]);
  const [reach, stretch] = TARGETS[kind][percent];
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
