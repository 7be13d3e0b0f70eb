/**
 * Subjects among 1,000 and 100,000 patterns in Deno's own table: `deno task bench table`. 90 % of the patterns are
 * exact; a quarter of the subjects has no match. *Known* are 256 subjects that repeat. *New* are 16,384 subjects, each
 * of which repeats only after the cache has forgotten it.
 */
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { newQlobber } from "../routing/qlobber.ts";
import { fresh, Workload } from "../routing/workload.ts";
import { agree, isShort, run, TEXTS } from "./table.ts";

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
  const hot = fresh(workload.contents(TEXTS));
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

  // No Map.get here: it is slow for a string without a computed hash, and each of these is hashed once.
  const unknown = `${size.toLocaleString("en")} patterns, new subjects`;
  const subjects = fresh(workload.contents(64 * TEXTS));
  run(
    { group: unknown, name: "PatternRouter", baseline: true },
    subjects,
    (subject) => router.match(subject).length > 0,
  );
  run({ group: unknown, name: "qlobber" }, subjects, (subject) => qlobber.match(subject).length > 0);
}
