import { compilePattern, parseNamespacePattern } from "@flowmade-one/aether/patterns";
import { MAX_NAMESPACE_TOKENS } from "@flowmade-one/aether/limits";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { busSubjects } from "../../../adapters/jetstream/wire/bus_subjects.ts";
import { testSeeds } from "../../_support/seeds.ts";
import { naiveMatches } from "../../values/naive_pattern.ts";

const token = fc.constantFrom("a", "b", "1", "2", "13");
const namespaces = fc.array(token, { minLength: 1, maxLength: MAX_NAMESPACE_TOKENS }).map((tokens) => tokens.join("."));
const patterns = fc.tuple(
  fc.array(fc.oneof(token, fc.constant("*")), { minLength: 1, maxLength: MAX_NAMESPACE_TOKENS }),
  fc.boolean(),
).map(([tokens, isOpen]) => (isOpen ? [...tokens.slice(1), ">"] : tokens).join("."));

testSeeds("busSubjects() of a pattern match each subject of its namespaces once, and no other", (seed) => {
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
    { seed, numRuns: 3_000 },
  );
});
