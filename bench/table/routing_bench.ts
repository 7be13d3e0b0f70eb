/**
 * Subjects among 1,000 and 100,000 patterns in Deno's own table: `deno bench`. 90 % of the patterns are exact. A
 * quarter of the subjects has no match. _Known_ subjects are 256 that repeat. _New_ subjects are 16,384, each of which
 * repeats only after the cache has removed it.
 */
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { newQlobber } from "../routing/qlobber.ts";
import { fresh, Workload } from "../routing/workload.ts";
import { agree, isShort, run, STRINGS } from "./table.ts";

const handler = () => {};

for (const size of isShort ? [100] : [1_000, 100_000]) {
  const workload = new Workload(size);
  const router = new PatternRouter<() => void>();
  const qlobber = newQlobber<() => void>();
  const exact = new Map<string, () => void>();
  for (const pattern of workload.patterns) {
    router.add(pattern, handler);
    qlobber.add(pattern, handler);
    exact.set(pattern, handler);
  }
  const hot = fresh(workload.contents(STRINGS));
  const count = (match: (subject: string) => { length: number }) => () =>
    hot.reduce((sum, subject) => sum + match(subject).length, 0);
  agree(`${size} patterns`, [
    ["router", count((subject) => router.match(subject))],
    ["qlobber", count((subject) => qlobber.match(subject))],
  ]);

  const known = `${size.toLocaleString("en")} patterns, known subjects`;
  run({ group: known, name: "PatternRouter", baseline: true }, hot, (subject) => router.match(subject).length > 0);
  run({ group: known, name: "qlobber" }, hot, (subject) => qlobber.match(subject).length > 0);
  run({ group: known, name: "Map.get, exact patterns only" }, hot, (subject) => exact.get(subject) !== undefined);

  // Map.get is left out: V8 hashes each of these strings once, so that Map.get would be faster than for new strings.
  const unknown = `${size.toLocaleString("en")} patterns, new subjects`;
  const subjects = fresh(workload.contents(64 * STRINGS));
  run(
    { group: unknown, name: "PatternRouter", baseline: true },
    subjects,
    (subject) => router.match(subject).length > 0,
  );
  run({ group: unknown, name: "qlobber" }, subjects, (subject) => qlobber.match(subject).length > 0);
}
