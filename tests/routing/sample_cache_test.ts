import { assertEquals } from "@std/assert";
import { SampleCache } from "../../src/routing/sample_cache.ts";

interface Answer {
  readonly subject: string;
}

function cacheOf(subjects: readonly string[]): SampleCache<Answer> {
  const cache = new SampleCache<Answer>();
  for (const subject of subjects) cache.put({ subject });
  return cache;
}

Deno.test("an answer is found by its subject's text, whichever string that is", () => {
  const subject = "eu.t0417.orders.482133.open";
  const cache = cacheOf([subject]);
  assertEquals(cache.get(subject.split(".").join("."))?.subject, subject);
  assertEquals(cache.get("eu.t0417.orders.482133.paid"), undefined);
});

const same: [what: string, subjects: string[]][] = [
  ["no characters", [""]],
  ["one character", ["a", "b", "é", "🦕"]],
  ["two characters", ["ab", "ba", "aa"]],
  ["the characters that are not sampled", [
    "a1a2a3a4a5a6a7a8",
    "a1x2a3a4a5a6a7a8",
    "a1a2x3a4a5a6a7a8",
    "a1x2x3a4a5a6a7a8",
  ]],
];
for (const [what, subjects] of same) {
  Deno.test(`subjects that differ in ${what} are told apart`, () => {
    const cache = cacheOf(subjects);
    assertEquals(subjects.map((subject) => cache.get(subject)?.subject), subjects);
    assertEquals(cache.size, subjects.length);
  });
}

Deno.test("whatever is put, no more than 3,500 are held, and what is held is right", () => {
  const cache = new SampleCache<Answer>();
  const subjects = Array.from({ length: 20_000 }, (_, i) => `tenant.${i}.orders.${i * 7919 % 10_007}`);
  for (const subject of subjects) {
    if (cache.get(subject) === undefined) cache.put({ subject });
    assertEquals(cache.size <= 3_500, true);
  }
  const held = subjects.filter((subject) => cache.get(subject) !== undefined);
  assertEquals(held.length, cache.size);
  assertEquals(held.length > 3_000, true, "nearly all places are used");
  for (const subject of held) assertEquals(cache.get(subject)?.subject, subject);
});

Deno.test("of subjects that differ only in what is not sampled, the four latest are held", () => {
  // The sampled places of 40 characters are 39, 35, 25, 20, 15 and 10.
  const subjects = Array.from({ length: 100 }, (_, i) => `${String(i).padStart(9, "0")}${"x".repeat(31)}`);
  const cache = cacheOf(subjects);
  assertEquals(cache.size, 4);
  assertEquals(subjects.filter((subject) => cache.get(subject) !== undefined), subjects.slice(-4));
});

Deno.test("an answer that was let go is not found, and its place is free", () => {
  const cache = new SampleCache<Answer>();
  const answer = { subject: "a.b" };
  cache.put(answer);
  cache.delete(answer);
  cache.delete(answer);
  assertEquals([cache.get("a.b"), cache.size], [undefined, 0]);
});

Deno.test("a cleared cache holds nothing", () => {
  const cache = cacheOf(["a", "b"]);
  cache.clear();
  assertEquals([cache.get("a"), cache.size], [undefined, 0]);
});
