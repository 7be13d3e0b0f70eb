/** Faulty implementations, which the comparison with a server finds. The deliveries are those of a correct server. */
import { assert, assertEquals } from "@std/assert";
import { SEEDS, withSeed } from "../_support/seeds.ts";
import { naiveMatches } from "../values/naive_pattern.ts";
import { makeCases, witnesses } from "./cases.ts";
import type { Deliveries } from "./count_deliveries.ts";
import { AETHER, type Difference, findDifferences, type Matching } from "./find_differences.ts";

const seed = SEEDS[0]!;
const cases = makeCases(seed, 100);
const deliveries: Deliveries = cases.patterns.map((pattern) =>
  Uint8Array.from(
    cases.subjects,
    (subject) => Number(!subject.split(".").includes("") && naiveMatches(pattern, subject)),
  )
);

/** Compiles patterns to regular expressions. */
function compileTo(star: string, tail: string, flags = ""): Partial<Matching> {
  const tokenTo = (token: string) => token === "*" ? star : token === ">" ? tail : RegExp.escape(token);
  return {
    compile: (pattern) => {
      const expression = new RegExp(`^${pattern.split(".").map(tokenTo).join("\\.")}$`, flags);
      return (subject) => expression.test(subject);
    },
  };
}

/** The router of Aether, with another answer at one of the lookups of a subject. */
function routerWith(change: (answer: readonly number[]) => readonly number[], lookup: number): Partial<Matching> {
  return {
    route: (patterns) => {
      const match = AETHER.route(patterns);
      const lookups = new Map<string, number>();
      return (subject) => {
        lookups.set(subject, (lookups.get(subject) ?? 0) + 1);
        return lookups.get(subject) === lookup ? change(match(subject)) : match(subject);
      };
    },
  };
}

const faulty: [fault: string, part: Difference["part"], matching: Partial<Matching>][] = [
  ["the last * matches many tokens", "compile", { compile: (pattern) => AETHER.compile(pattern.replace(/\*$/, ">")) }],
  ["> matches no token", "compile", {
    compile: (pattern) => {
      const matches = AETHER.compile(pattern);
      return (subject) => matches(subject) || (pattern.endsWith(">") && matches(`${subject}.x`));
    },
  }],
  ["> matches one token only", "compile", compileTo("[^.]+", "[^.]+")],
  ["case is ignored", "compile", compileTo("[^.]+", "[^]+", "i")],
  ["a wide star is a wildcard", "compile", { compile: (pattern) => AETHER.compile(pattern.replace("＊", "*")) }],
  ["200 bytes are compared as 199", "compile", {
    compile: (pattern) => (subject) => AETHER.compile(pattern)(subject.slice(0, 199)),
  }],
  ["31 tokens are refused", "compile", {
    compile: (pattern) => (subject) => subject.split(".").length < 31 && AETHER.compile(pattern)(subject),
  }],
  ["a value is returned twice", "route, 1st time", routerWith((answer) => [...answer, ...answer], 1)],
  ["a value is missing", "route, 1st time", routerWith((answer) => answer.slice(1), 1)],
  ["the cached answer is wrong", "route, 2nd time", routerWith((answer) => answer.slice(1), 2)],
  ["the cached answer becomes wrong", "route, 3rd time", routerWith((answer) => answer.slice(1), 3)],
  ["each pattern covers each", "covers", { covers: () => true }],
  ["no pattern covers another", "covers", { covers: () => false }],
  ["* covers >", "covers", { covers: (outer, inner) => AETHER.covers(outer, inner) || outer + inner === "*>" }],
  ["a pattern does not cover itself", "covers", {
    covers: (outer, inner) => outer !== inner && AETHER.covers(outer, inner),
  }],
];

Deno.test(withSeed("findDifferences() finds none between Aether and a correct server", seed), () => {
  assertEquals(findDifferences(cases, deliveries, AETHER), []);
});

for (const [fault, part, matching] of faulty) {
  Deno.test(withSeed(`findDifferences() finds that ${fault}`, seed), () => {
    const differences = findDifferences(cases, deliveries, { ...AETHER, ...matching });
    assertEquals([...new Set(differences.map(({ part }) => part))], [part]);
  });
}

Deno.test("makeCases() makes the same cases from the same seed, each string once", () => {
  const [a, b, c] = [makeCases(1, 500), makeCases(1, 500), makeCases(2, 500)];
  assertEquals(a, b);
  assert(a.subjects.join() !== c.subjects.join());
  assertEquals(new Set(a.subjects).size, a.subjects.length);
  assertEquals(new Set(a.patterns).size, a.patterns.length);
});

Deno.test("witnesses() replaces wildcards by a token that no pattern has", () => {
  assertEquals(witnesses("a.*"), ["a.~new~"]);
  assertEquals(witnesses("a.>"), ["a.~new~", "a.~new~.~new~"]);
  assert(makeCases(seed, 0).patterns.every((pattern) => !pattern.includes("~new~")));
});
