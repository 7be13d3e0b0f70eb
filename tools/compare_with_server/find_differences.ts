import type { Deliveries } from "./ask_server.ts";
import type { Cases } from "./cases.ts";
import type { Implementation } from "./implementation.ts";

/** One point in which the server and Aether, or the server and what was written down, do not agree. */
export interface Difference {
  /** Which part of Aether, or which table. */
  readonly who: string;
  readonly pattern: string;
  /** The subject, or for containment the inner pattern. */
  readonly subject: string;
  readonly server: string;
  readonly aether: string;
}

/** The sights of a subject: the router keeps an answer at the second one and gives it away at the third. */
const SIGHTS = ["router", "router, 2nd time", "router, 3rd time"];

/** Holds an implementation, and the answers written down, against what the server delivered. */
export function findDifferences(cases: Cases, deliveries: Deliveries, ours: Implementation): Difference[] {
  const refused = cases.patterns.flatMap((pattern) =>
    unlessItThrows("refused pattern", pattern, () => {
      ours.compile(pattern);
      return [];
    })
  );
  if (refused.length > 0) return refused;
  return [
    ...writtenDifferences(cases, deliveries),
    ...matcherDifferences(cases, deliveries, ours),
    ...unlessItThrows("router", "", () => routerDifferences(cases, deliveries, ours)),
    ...unlessItThrows("containment", "", () => containmentDifferences(cases, deliveries, ours)),
  ];
}

/** Where the server answers, an error of ours is a difference too. */
function unlessItThrows(who: string, pattern: string, compare: () => Difference[]): Difference[] {
  try {
    return compare();
  } catch (error) {
    return [{ who, pattern, subject: "", server: "answers", aether: `throws ${error}` }];
  }
}

function writtenDifferences({ patterns, subjects, written }: Cases, deliveries: Deliveries): Difference[] {
  return written.flatMap(([pattern, subject, receives, because]) => {
    const count = deliveries[patterns.indexOf(pattern)]![subjects.indexOf(subject)]!;
    if (count === Number(receives)) return [];
    const expected = `${times(Number(receives))}, we wrote: ${because}`;
    return [{ who: "written cases", pattern, subject, server: times(count), aether: expected }];
  });
}

/** What a compiled pattern answers for a text with an empty token is not defined: no actor is called so. */
function matcherDifferences({ patterns, subjects }: Cases, deliveries: Deliveries, ours: Implementation): Difference[] {
  const defined = subjects.map((subject) => !subject.split(".").includes(""));
  return patterns.flatMap((pattern, p) =>
    unlessItThrows("matcher", pattern, () => {
      const matches = ours.compile(pattern);
      return subjects.flatMap((subject, s) => {
        const count = deliveries[p]![s]!;
        const answer = defined[s]! ? Number(matches(subject)) : count;
        if (answer === count) return [];
        return [{ who: "matcher", pattern, subject, server: times(count), aether: times(answer) }];
      });
    })
  );
}

function routerDifferences({ patterns, subjects }: Cases, deliveries: Deliveries, ours: Implementation): Difference[] {
  const match = ours.route(patterns);
  const counts = new Uint8Array(patterns.length);
  return subjects.flatMap((subject, s) =>
    SIGHTS.flatMap((who) => {
      counts.fill(0);
      for (const p of match(subject)) counts[p]!++;
      return patterns.flatMap((pattern, p) => {
        const [server, answer] = [deliveries[p]![s]!, counts[p]!];
        return answer === server ? [] : [{ who, pattern, subject, server: times(server), aether: times(answer) }];
      });
    })
  );
}

/**
 * A pattern covers another when it received whatever the other received. The subjects hold witnesses for every pattern, so
 * the server's answer counts both ways.
 */
function containmentDifferences(
  { patterns, subjects }: Cases,
  deliveries: Deliveries,
  ours: Implementation,
): Difference[] {
  const received = deliveries.map((counts) => toBits(counts));
  return patterns.flatMap((outer, o) =>
    patterns.flatMap((inner, i) => {
      const witness = firstOnlyIn(received[i]!, received[o]!);
      if (ours.covers(outer, inner) === (witness === undefined)) return [];
      const [server, aether] = witness === undefined
        ? ["outer received all that inner did", "does not cover"]
        : [`only inner received ${subjects[witness]}`, "covers"];
      return [{ who: "containment", pattern: outer, subject: inner, server, aether }];
    })
  );
}

function toBits(counts: Uint8Array): Uint32Array {
  const bits = new Uint32Array(Math.ceil(counts.length / 32));
  for (const [s, count] of counts.entries()) if (count > 0) bits[s >>> 5]! |= 1 << (s & 31);
  return bits;
}

/** The first place of a bit that is in `these` and not in `those`. */
function firstOnlyIn(these: Uint32Array, those: Uint32Array): number | undefined {
  for (let word = 0; word < these.length; word++) {
    const only = these[word]! & ~those[word]!;
    if (only !== 0) return word * 32 + 31 - Math.clz32(only & -only);
  }
  return undefined;
}

function times(count: number): string {
  return ["does not receive", "receives"][count] ?? `receives ${count} times`;
}
