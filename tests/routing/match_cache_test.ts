import { assertEquals } from "@std/assert";
import { MatchCache } from "../../src/routing/match_cache.ts";

/** Looks a subject up as a router does; true when the cache knew it. */
function look(cache: MatchCache<string>, subject: string, hash: number): boolean {
  if (cache.get(subject) !== undefined) return true;
  if (cache.admits(subject, hash)) cache.put(subject, subject);
  return false;
}

Deno.test("a subject is held from its second sight on", () => {
  const cache = new MatchCache<string>();
  assertEquals([1, 2, 3].map(() => look(cache, "a", 7)), [false, false, true]);
  assertEquals(cache.size, 1);
});

Deno.test("of two generations of 2,048 the older goes, but for those that were asked for", () => {
  const cache = new MatchCache<string>();
  for (let i = 0; i < 10_000; i++) {
    cache.put(`s${i}`, "x");
    cache.get("s0");
  }
  assertEquals(cache.size <= 4_096, true);
  assertEquals([cache.get("s0"), cache.get("s9999"), cache.get("s1")], ["x", "x", undefined]);
});

Deno.test("where all subjects are new the cache steps aside, and comes back when subjects come again", () => {
  const cache = new MatchCache<string>();
  look(cache, "a", 1);
  look(cache, "a", 1);
  assertEquals(look(cache, "a", 1), true);
  for (let i = 0; i < 200; i++) look(cache, `cold${i}`, 1_000 + i);
  assertEquals(cache.get("a"), undefined, "not asked while it is cold");
  for (let i = 0; i < 20; i++) look(cache, "a", 1);
  assertEquals(look(cache, "a", 1), true);
});

Deno.test("subjects of more than 128 characters are not admitted", () => {
  const cache = new MatchCache<string>();
  for (const [length, held] of [[128, true], [129, false]] as const) {
    const subject = "x".repeat(length);
    assertEquals([1, 2, 3].map(() => look(cache, subject, length))[2], held, `${length} characters`);
  }
});

Deno.test("a cleared cache holds nothing", () => {
  const cache = new MatchCache<string>();
  for (let sight = 0; sight < 2; sight++) look(cache, "a", 7);
  cache.clear();
  assertEquals([cache.size, look(cache, "a", 7)], [0, false]);
});
