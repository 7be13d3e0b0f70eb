import { assertEquals } from "@std/assert";
import { MatchTable } from "../../src/routing/match_table.ts";

interface Answer {
  readonly subject: string;
}

const PLACES = 4_096;

Deno.test("MatchTable.get() finds a match by the hash and the content of its subject", () => {
  const table = new MatchTable<Answer>();
  table.put({ subject: "eu.orders.42" }, 77);
  assertEquals(table.get("eu.orders.42".split(".").join("."), 77)?.subject, "eu.orders.42");
  assertEquals(table.get("eu.orders.42", 78), undefined);
  assertEquals(table.get("eu.orders.43", 77), undefined, "another subject with the same hash");
});

Deno.test("MatchTable holds at most 3,500 matches after any sequence of calls, and each is correct", () => {
  const table = new MatchTable<Answer>();
  const hashOf = (i: number) => Math.imul(i + 1, 0x9e3779b1) >>> 3 | 1;
  for (let i = 0; i < 20_000; i++) {
    table.put({ subject: `s${i}` }, hashOf(i));
    assertEquals(table.size <= 3_500, true);
  }
  const held = Array.from({ length: 20_000 }, (_, i) => i).filter((i) => table.get(`s${i}`, hashOf(i)) !== undefined);
  assertEquals(held.length, table.size);
  assertEquals(table.size, 3_500);
  for (const i of held) assertEquals(table.get(`s${i}`, hashOf(i))?.subject, `s${i}`);
});

Deno.test("MatchTable keeps the four latest subjects of one hash, or of one slot", () => {
  for (const step of [0, PLACES * 2]) {
    const table = new MatchTable<Answer>();
    const hashOf = (i: number) => 9 + i * step;
    for (let i = 0; i < 100; i++) table.put({ subject: `s${i}` }, hashOf(i));
    const held = Array.from({ length: 100 }, (_, i) => i).filter((i) => table.get(`s${i}`, hashOf(i)) !== undefined);
    assertEquals([held, table.size], [[96, 97, 98, 99], 4]);
  }
});

Deno.test("MatchTable.delete() removes a match and frees its slot", () => {
  const table = new MatchTable<Answer>();
  const answer = { subject: "a.b" };
  table.put(answer, 5);
  table.delete(answer);
  table.delete(answer);
  assertEquals([table.get("a.b", 5), table.size], [undefined, 0]);
});

Deno.test("MatchTable.clear() removes all matches", () => {
  const table = new MatchTable<Answer>();
  table.put({ subject: "a" }, 5);
  table.clear();
  assertEquals([table.get("a", 5), table.size], [undefined, 0]);
});

Deno.test("MatchTable.hasRoom() is false where put() would evict a match", () => {
  const crowded = new MatchTable<Answer>();
  for (let i = 0; i < 5; i++) {
    assertEquals(crowded.hasRoom(9), true, `${i} matches with this hash, in a table that can grow`);
    crowded.put({ subject: `s${i}` }, 9);
  }
  assertEquals([crowded.hasRoom(9), crowded.hasRoom(9 + 8)], [false, true]);

  const full = new MatchTable<Answer>();
  const hashOf = (i: number) => Math.imul(i + 1, 0x9e3779b1) >>> 3 | 1;
  for (let i = 0; i < 20_000; i++) full.put({ subject: `s${i}` }, hashOf(i));
  const rooms = Array.from({ length: 1_000 }, (_, i) => full.hasRoom(hashOf(30_000 + i)));
  assertEquals(rooms.includes(true), false);
});
