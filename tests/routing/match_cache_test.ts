import { assertEquals } from "@std/assert";
import { MatchCache } from "../../src/routing/match_cache.ts";
import { CACHED_SUBJECTS } from "../../src/routing/routing_limits.ts";

interface Answer {
  readonly subject: string;
}

/** Looks a subject up as a router does; true if the cache had it. */
function look(cache: MatchCache<Answer>, subject: string, hash: number): boolean {
  if (cache.getHot(subject) !== undefined || cache.get(subject, hash) !== undefined) return true;
  if (cache.admits(subject, hash)) cache.put({ subject }, hash);
  return false;
}

Deno.test("MatchCache caches a subject at its second lookup", () => {
  const cache = new MatchCache<Answer>();
  assertEquals([1, 2, 3].map(() => look(cache, "a", 7)), [false, false, true]);
  assertEquals(cache.size, 1);
});

Deno.test("MatchCache admits two subjects whose hashes share a bucket", () => {
  const cache = new MatchCache<Answer>();
  for (let sight = 0; sight < 2; sight++) {
    look(cache, "a", 1 << 20);
    look(cache, "b", 2 << 20);
  }
  assertEquals([look(cache, "a", 1 << 20), look(cache, "b", 2 << 20)], [true, true]);
});

Deno.test("MatchCache does not cache subjects that are looked up once", () => {
  const cache = new MatchCache<Answer>();
  for (let i = 0; i < 20_000; i++) look(cache, `cold${i}`, 1 + i);
  assertEquals(cache.size, 0);
});

Deno.test("MatchCache.get() skips most lookups at a lower miss rate if a search is cheap", () => {
  for (const [cheapSearch, isFound] of [[false, true], [true, false]] as const) {
    const cache = new MatchCache<Answer>();
    for (let sight = 0; sight < 3; sight++) look(cache, "a", 1 << 20);
    for (let i = 0; i < 40; i++) look(cache, `cold${i}`, 2 + i);
    assertEquals(cache.get("a", 1 << 20, cheapSearch) !== undefined, isFound, `cheap: ${cheapSearch}`);
  }
});

for (const [cheapSearch, expected] of [[false, 640], [true, 10]] as const) {
  const search = cheapSearch ? "cheap" : "costly";
  Deno.test(`MatchCache.admits() accepts ${expected} of 640 repeated subjects if the table is full and a search is ${search}`, () => {
    const cache = new MatchCache<Answer>();
    const hashOf = (i: number) => Math.imul(i + 1, 0x9e3779b1) >>> 3 | 1;
    for (let i = 0; i < 20_000; i++) cache.put({ subject: `s${i}` }, hashOf(i));
    assertEquals(cache.size, CACHED_SUBJECTS);
    let admitted = 0;
    for (let i = 20_000; i < 20_640; i++) {
      // Enough subjects that are cached, so that no lookup is skipped.
      for (let hit = 0; hit < 32; hit++) cache.get("s19999", hashOf(19_999), cheapSearch);
      for (let sight = 0; sight < 2; sight++) {
        assertEquals(cache.get(`s${i}`, hashOf(i), cheapSearch), undefined);
        if (cache.admits(`s${i}`, hashOf(i))) admitted++;
      }
    }
    assertEquals(admitted, expected);
  });
}

Deno.test("MatchCache skips most lookups while nearly all subjects are new, until subjects repeat", () => {
  const cache = new MatchCache<Answer>();
  for (let sight = 0; sight < 3; sight++) look(cache, "a", 1 << 20);
  for (let i = 0; i < 1_000; i++) look(cache, `cold${i}`, 2 + i);
  const hits = (lookups: number) =>
    Array.from({ length: lookups }, () => look(cache, "a", 1 << 20)).filter(Boolean).length;
  assertEquals(hits(64), 1);
  assertEquals(hits(64 * 16) > 64, true, "the cache detects repeated subjects");
  assertEquals(hits(64), 64);
});

Deno.test("MatchCache stops skipping lookups when each new subject repeats a few times in a row", () => {
  const cache = new MatchCache<Answer>();
  for (let i = 0; i < 1_000; i++) look(cache, `cold${i}`, 1 + i);
  for (let i = 0; i < 8_000; i++) look(cache, `warm${i >> 2}`, 2_000 + (i >> 2));
  assertEquals([1, 2, 3].map(() => look(cache, "b", 1_000_000)), [false, false, true]);
});

Deno.test("MatchCache.getHot() finds a repeated subject until it is deleted", () => {
  const cache = new MatchCache<Answer>();
  const answer = { subject: "a" };
  cache.put(answer, 7);
  assertEquals([cache.getHot("a"), cache.get("a", 7), cache.getHot("a")], [undefined, answer, answer]);
  cache.delete(answer);
  assertEquals([cache.getHot("a"), cache.get("a", 7)], [undefined, undefined]);
});

Deno.test("MatchCache.getHot() finds at most 1,024 subjects, and get() finds all", () => {
  const cache = new MatchCache<Answer>();
  const subjects = Array.from({ length: 2_000 }, (_, i) => `s.${i}`);
  const hashOf = (i: number) => Math.imul(i + 1, 0x9e3779b1) >>> 3 | 1;
  subjects.forEach((subject, i) => cache.put({ subject }, hashOf(i)));
  for (let round = 0; round < 2; round++) {
    subjects.forEach((subject, i) => assertEquals(cache.get(subject, hashOf(i))?.subject, subject));
    const hot = subjects.filter((subject) => cache.getHot(subject) !== undefined);
    assertEquals(hot.length > 0 && hot.length <= 1_024, true, `${hot.length}`);
  }
});

Deno.test("MatchCache does not admit subjects of more than 128 characters", () => {
  const cache = new MatchCache<Answer>();
  for (const [length, held] of [[128, true], [129, false]] as const) {
    const subject = "x".repeat(length);
    assertEquals([1, 2, 3].map(() => look(cache, subject, length))[2], held, `${length} characters`);
  }
});

Deno.test("MatchCache.clear() removes all matches", () => {
  const cache = new MatchCache<Answer>();
  for (let sight = 0; sight < 3; sight++) look(cache, "a", 7);
  cache.clear();
  assertEquals([cache.size, look(cache, "a", 7)], [0, false]);
});
