import { compilePattern, MAX_NAMESPACE_TOKENS, parseNamespacePattern } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { busSubjects, commitsSubjects, eventsSubject } from "../../adapters/jetstream/wire/bus_subjects.ts";
import { naiveMatches } from "../pattern/naive_pattern.ts";

const cases: [pattern: string, subjects: string[], because: string][] = [
  ["prod", ["aether.commits.1.prod.>"], "a namespace has one depth"],
  ["prod.orders", ["aether.commits.2.prod.orders.>"], "a namespace has one depth"],
  ["prod.*", ["aether.commits.2.prod.*.>"], "* is one token"],
  ["*.orders", ["aether.commits.2.*.orders.>"], "* is one token"],
  ["*", ["aether.commits.1.*.>"], "* is one token"],
  [">", ["aether.commits.>"], "there is no other namespace"],
  [
    `${"a.".repeat(13)}>`,
    [14, 15, 16].map((depth) => `aether.commits.${depth}.${"a.".repeat(13)}${"*.".repeat(depth - 13)}>`),
    "> is each depth from one more token on, up to the greatest",
  ],
  [`${"a.".repeat(15)}>`, [`aether.commits.16.${"a.".repeat(15)}*.>`], "one depth is left"],
];

for (const [pattern, subjects, because] of cases) {
  Deno.test(`commits in ${pattern} are heard at ${subjects.length} subjects: ${because}`, () => {
    assertEquals(commitsSubjects("aether", pattern), subjects);
  });
}

Deno.test("what is published in a pattern is heard at one subject, which is the pattern", () => {
  for (const pattern of ["prod", "prod.*", "prod.>", ">"]) {
    assertEquals(eventsSubject("x", pattern), `x.events.${pattern}`);
  }
});

const token = fc.constantFrom("a", "b", "1", "2", "13");
const namespaces = fc.array(token, { minLength: 1, maxLength: MAX_NAMESPACE_TOKENS }).map((tokens) => tokens.join("."));
const patterns = fc.tuple(
  fc.array(fc.oneof(token, fc.constant("*")), { minLength: 1, maxLength: MAX_NAMESPACE_TOKENS }),
  fc.boolean(),
).map(([tokens, isOpen]) => (isOpen ? [...tokens.slice(1), ">"] : tokens).join("."));

Deno.test("a pattern's subjects match what belongs to its namespaces once each, and nothing else", () => {
  fc.assert(
    fc.property(patterns, namespaces, fc.nat(15), (pattern, namespace, partition) => {
      const depth = namespace.split(".").length;
      const commit = `aether.commits.${depth}.${namespace}.${partition}.a.b`;
      const subjects = busSubjects("aether", parseNamespacePattern(pattern));
      const covered = compilePattern(parseNamespacePattern(pattern))(namespace) ? 1 : 0;
      for (const sent of [commit, `aether.events.${namespace}`]) {
        assertEquals(subjects.filter((subject) => naiveMatches(subject, sent)).length, covered, `${pattern} ${sent}`);
      }
    }),
    { numRuns: 3_000 },
  );
});
