/**
 * The memory of patterns without their own strings, and the growth of the cache under subjects that a sender chooses.
 */
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { CACHED_SUBJECTS } from "../../src/routing/routing_limits.ts";
import { liveBytes } from "../heap.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newQlobber } from "./qlobber.ts";
import { fresh, Workload } from "./workload.ts";

type Handler = () => void;
const handler: Handler = () => {};

/** Calls `make`, and returns its result and the bytes that the result occupies. */
function withBytes<T>(make: () => T): { bytes: number; made: T } {
  const before = liveBytes();
  const made = make();
  return { bytes: liveBytes() - before, made };
}

/** See the top of this file. */
export function* benchHeldPatterns({ count }: Scale): Generator<Row, void, void> {
  for (
    const [name, workload, reach, stretch] of [
      ["1,000,000 patterns, mixed", new Workload(count(1_000_000)), 0.27, 0.23],
      ["100,000 patterns, wildcards only", new Workload(count(100_000), { star: 90, tail: 10 }), 0.55, 0.4],
    ] as const
  ) {
    const ours = withBytes(() => {
      const router = new PatternRouter<Handler>();
      for (const pattern of workload.patterns) router.add(pattern, handler);
      return router;
    });
    const theirs = withBytes(() => {
      const qlobber = newQlobber<Handler>();
      for (const pattern of workload.patterns) qlobber.add(pattern, handler);
      return qlobber;
    });
    const each = (bytes: number) => (bytes / workload.patterns.length).toFixed(0);
    yield {
      group: name,
      name: "memory held / memory held by qlobber",
      measured: ours.bytes / theirs.bytes,
      unit: "of the memory",
      reach,
      stretch,
      note: `router ${each(ours.bytes)}, qlobber ${each(theirs.bytes)} B a pattern`,
    };
    for (const subject of fresh(workload.contents(100))) {
      if (ours.made.match(subject).length !== theirs.made.match(subject).length) {
        throw new Error(`Cannot compare: the results for ${subject} differ`);
      }
    }
  }

  const workload = new Workload(count(100_000));
  const lookups = count(2_000_000);
  const full = Math.min(CACHED_SUBJECTS, lookups / 30);
  /** Its use compiles the code before the measurement. Compiled code counts as memory too. */
  const warm = new PatternRouter<Handler>();
  for (const seenTimes of ["once", "three times"] as const) {
    const router = new PatternRouter<Handler>();
    for (const pattern of workload.patterns) router.add(pattern, handler);
    const sources = () => workload.contents(100);
    for (let i = 0; i < count(1_000); i++) {
      for (const subject of fresh(sources())) warm.match(subject);
    }
    const before = liveBytes();
    for (let seen = 0; seen < lookups;) {
      // The last token makes each subject new. Subjects that are to be cached are repeated at once.
      const chosen = sources().map((tokens) => [...tokens.slice(0, -1), `s${seen++}`]);
      for (const subject of fresh(chosen)) router.match(subject);
      if (seenTimes === "once") continue;
      for (const subject of [...fresh(chosen), ...fresh(chosen)]) router.match(subject);
      seen += 200;
    }
    const growth = liveBytes() - before;
    // Read after the measurement, so that the router is still in use when its memory is measured.
    const { cached } = router.sizes;
    if (seenTimes === "three times" && cached < full) {
      throw new Error(`Cannot measure: ${cached} subjects are cached, not ${full}`);
    }
    yield {
      group: "100,000 patterns",
      name: `cache growth after 2,000,000 lookups, each subject seen ${seenTimes}`,
      measured: growth / 1024,
      unit: "KiB",
      reach: seenTimes === "once" ? 64 : 640,
      note: `${cached} subjects cached`,
    };
  }
}
