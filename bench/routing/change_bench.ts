/** Patterns are added to and removed from 1,000,000 patterns, 90 % of which are exact. */
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { measure } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newQlobber } from "./qlobber.ts";
import { fresh, Workload } from "./workload.ts";

type Handler = () => void;
const handler: Handler = () => {};

/** See the top of this file. */
export function* benchChanges({ rounds, count }: Scale): Generator<Row, void, void> {
  const workload = new Workload(count(1_000_000));
  const router = new PatternRouter<Handler>();
  const qlobber = newQlobber<Handler>();
  for (const pattern of workload.patterns) {
    router.add(pattern, handler);
    qlobber.add(pattern, handler);
  }
  const batchSize = count(10_000);
  // Each pattern is new: the router keeps an equal pattern and handler once, and qlobber keeps each of them.
  const newPatterns = workload.morePatterns(8 * batchSize, "mixed").map((pattern) => pattern.split("."));
  const batches = Array.from({ length: 8 }, (_, i) => newPatterns.slice(i * batchSize, (i + 1) * batchSize));
  const prepare = (round: number) => fresh(batches[round % batches.length]!);

  const adding = measure(rounds(21), [
    {
      name: "router",
      prepare(round: number) {
        for (const pattern of prepare(round + batches.length - 1)) router.remove(pattern, handler);
        return prepare(round);
      },
      operations: batchSize,
      run(batch: string[]) {
        for (let i = 0; i < batch.length; i++) router.add(batch[i]!, handler);
        return batch.length;
      },
    },
    {
      name: "qlobber",
      prepare(round: number) {
        for (const pattern of prepare(round + batches.length - 1)) qlobber.remove(pattern, handler);
        return prepare(round);
      },
      operations: batchSize,
      run(batch: string[]) {
        for (let i = 0; i < batch.length; i++) qlobber.add(batch[i]!, handler);
        return batch.length;
      },
    },
  ]);

  for (const pattern of fresh(newPatterns)) {
    router.remove(pattern, handler);
    qlobber.remove(pattern, handler);
  }

  const removing = measure(rounds(21), [
    {
      name: "router",
      prepare(round: number) {
        for (const pattern of prepare(round)) router.add(pattern, handler);
        return prepare(round);
      },
      operations: batchSize,
      run(batch: string[]) {
        for (let i = 0; i < batch.length; i++) router.remove(batch[i]!, handler);
        return batch.length;
      },
    },
    {
      name: "qlobber",
      prepare(round: number) {
        for (const pattern of prepare(round)) qlobber.add(pattern, handler);
        return prepare(round);
      },
      operations: batchSize,
      run(batch: string[]) {
        for (let i = 0; i < batch.length; i++) qlobber.remove(batch[i]!, handler);
        return batch.length;
      },
    },
  ]);

  for (const subject of fresh(workload.contents(1_000))) {
    if (router.match(subject).length !== qlobber.match(subject).length) {
      throw new Error(`Cannot compare: the results for ${subject} differ`);
    }
  }

  yield {
    group: "1,000,000 patterns",
    name: "insert vs qlobber",
    measured: adding.timeRatio("qlobber", "router"),
    unit: "x",
    reach: 4,
    stretch: 6,
    note: `router ${adding.nanoseconds("router").toFixed(0)}, qlobber ${adding.nanoseconds("qlobber").toFixed(0)} ns`,
  };
  yield {
    group: "1,000,000 patterns",
    name: "remove vs qlobber",
    measured: removing.timeRatio("qlobber", "router"),
    unit: "x",
    reach: 5,
    stretch: 10,
    note: `router ${removing.nanoseconds("router").toFixed(0)}, qlobber ${
      removing.nanoseconds("qlobber").toFixed(0)
    } ns`,
  };
}
