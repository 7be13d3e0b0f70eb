import { assert, assertEquals } from "@std/assert";
import { SequenceCache } from "../../../adapters/jetstream/log/sequence_cache.ts";

Deno.test("SequenceCache keeps the entries that were set last, up to its capacity", () => {
  const cache = new SequenceCache(4);
  const latest = { version: 1, sequence: 1 };
  for (const subject of ["a", "b", "a", "c"]) cache.set(subject, latest);
  assertEquals(["a", "b", "c"].map((subject) => cache.get(subject) !== undefined), [true, false, true]);
  cache.delete("a");
  assertEquals(cache.get("a"), undefined);
  for (const subject of ["t.a", "u.a", "t.b"]) cache.set(subject, latest);
  cache.deleteAll((subject) => subject.startsWith("t."));
  assertEquals(["t.a", "u.a", "t.b"].map((subject) => cache.get(subject)), [undefined, latest, undefined]);
  for (const max of [0, 1, 2, 3, 10]) {
    const cache = new SequenceCache(max);
    const subjects = Array.from({ length: 50 }, (_, i) => `a.${i}`);
    for (const subject of subjects) cache.set(subject, latest);
    const kept = subjects.filter((subject) => cache.get(subject) !== undefined).length;
    assert(kept <= max && kept >= Math.min(max, 1) && kept >= max / 2 - 1, `${kept} of at most ${max}`);
  }
});

Deno.test("SequenceCache.advance() keeps the newer sequence, also when the older one comes later", () => {
  const cache = new SequenceCache(10);
  const [older, newer] = [{ version: 1, sequence: 7 }, { version: 2, sequence: 8 }];
  const rows: [entries: readonly (typeof older)[], kept: typeof older][] = [
    [[older], older],
    [[older, newer], newer],
    [[newer, older], newer],
    [[newer, { version: 9, sequence: 8 }], newer],
  ];
  for (const [i, [entries, kept]] of rows.entries()) {
    for (const entry of entries) cache.advance(`s.${i}`, entry);
    assertEquals(cache.get(`s.${i}`), kept);
  }
});
