import { assertEquals } from "@std/assert";
import { commitsSubjects, eventsSubject } from "../../../adapters/jetstream/wire/bus_subjects.ts";

const cases: [pattern: string, subjects: string[], reason: string][] = [
  ["prod", ["aether.commits.1.prod.>"], "without >, the number of tokens is fixed"],
  ["prod.orders", ["aether.commits.2.prod.orders.>"], "without >, the number of tokens is fixed"],
  ["prod.*", ["aether.commits.2.prod.*.>"], "* is one token"],
  ["*.orders", ["aether.commits.2.*.orders.>"], "* is one token"],
  ["*", ["aether.commits.1.*.>"], "* is one token"],
  [">", ["aether.commits.>"], "> matches every namespace"],
  [
    `${"a.".repeat(13)}>`,
    [14, 15, 16].map((depth) => `aether.commits.${depth}.${"a.".repeat(13)}${"*.".repeat(depth - 13)}>`),
    "> matches one token or more, and a namespace has at most 16: matching namespaces have 14 to 16",
  ],
  [
    `${"a.".repeat(15)}>`,
    [`aether.commits.16.${"a.".repeat(15)}*.>`],
    "> matches one token only, because a namespace has at most 16",
  ],
];

for (const [pattern, subjects, reason] of cases) {
  Deno.test(`commitsSubjects() of ${pattern} returns ${subjects.length} subject(s): ${reason}`, () => {
    assertEquals(commitsSubjects("aether", pattern), subjects);
  });
}

Deno.test("eventsSubject() of a pattern is one subject with that pattern", () => {
  for (const pattern of ["prod", "prod.*", "prod.>", ">"]) {
    assertEquals(eventsSubject("x", pattern), `x.events.${pattern}`);
  }
});
