import { compilePattern, parseActorPattern, patternCovers } from "@flowmade-one/aether/patterns";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import type { Cases } from "./cases.ts";
import type { Deliveries } from "./count_deliveries.ts";

/** The functions that are compared with a server. */
export interface Matching {
  compile(pattern: string): (subject: string) => boolean;
  /** Puts all patterns into one router, which answers with their indexes. */
  route(patterns: readonly string[]): (subject: string) => readonly number[];
  covers(outer: string, inner: string): boolean;
}

export const AETHER: Matching = {
  compile: (pattern) => compilePattern(parseActorPattern(pattern)),
  route: (patterns) => {
    const router = new PatternRouter<{ readonly index: number }>();
    for (const [index, pattern] of patterns.entries()) router.add(pattern, { index });
    return (subject) => router.match(subject).map(({ index }) => index);
  },
  covers: (outer, inner) => patternCovers(parseActorPattern(outer), parseActorPattern(inner)),
};

/** One result in which a server and an implementation differ. */
export interface Difference {
  readonly part: "compile" | "route, 1st time" | "route, 2nd time" | "route, 3rd time" | "covers";
  readonly pattern: string;
  /** A subject, or for `covers` the inner pattern. */
  readonly subject: string;
  /** Deliveries by the server; for `covers` 1 if the outer pattern received all that the inner one did. */
  readonly server: number;
  readonly aether: number;
}

/** The differences between an implementation and the deliveries of a server. */
export function findDifferences(cases: Cases, deliveries: Deliveries, matching: Matching): Difference[] {
  return [
    ...differencesOfCompile(cases, deliveries, matching),
    ...differencesOfRoute(cases, deliveries, matching),
    ...differencesOfCovers(cases, deliveries, matching),
  ];
}

/** A subject with an empty token is left out: no actor id has one, and the result of a compiled pattern is undefined. */
function differencesOfCompile({ patterns, subjects }: Cases, deliveries: Deliveries, matching: Matching): Difference[] {
  const valid = [...subjects.entries()].filter(([, subject]) => !subject.split(".").includes(""));
  return patterns.flatMap((pattern, p) => {
    const matches = matching.compile(pattern);
    return valid.flatMap(([s, subject]) =>
      difference("compile", pattern, subject, deliveries[p]![s]!, Number(matches(subject)))
    );
  });
}

/** The router caches an answer at the second lookup and returns it from the third on. */
function differencesOfRoute({ patterns, subjects }: Cases, deliveries: Deliveries, matching: Matching): Difference[] {
  const match = matching.route(patterns);
  const counts = new Uint8Array(patterns.length);
  return subjects.flatMap((subject, s) =>
    (["1st", "2nd", "3rd"] as const).flatMap((time) => {
      counts.fill(0);
      for (const p of match(subject)) counts[p]!++;
      return patterns.flatMap((pattern, p) =>
        difference(`route, ${time} time`, pattern, subject, deliveries[p]![s]!, counts[p]!)
      );
    })
  );
}

/** As the subjects contain witnesses of each pattern, the deliveries prove containment as well as its absence. */
function differencesOfCovers({ patterns }: Cases, deliveries: Deliveries, matching: Matching): Difference[] {
  const received = deliveries.map((counts) => [...counts.entries()].filter(([, count]) => count > 0).map(([s]) => s));
  return patterns.flatMap((outer, o) =>
    patterns.flatMap((inner, i) => {
      const isCovered = received[i]!.every((s) => deliveries[o]![s]! > 0);
      return difference("covers", outer, inner, Number(isCovered), Number(matching.covers(outer, inner)));
    })
  );
}

function difference(
  part: Difference["part"],
  pattern: string,
  subject: string,
  server: number,
  aether: number,
): Difference[] {
  return server === aether ? [] : [{ part, pattern, subject, server, aether }];
}
