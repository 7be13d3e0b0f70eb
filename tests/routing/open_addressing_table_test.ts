import { assert, assertEquals } from "@std/assert";
import { OpenAddressingTable } from "../../src/routing/open_addressing_table.ts";
import { RandomSource } from "./random_source.ts";

function slotOf(table: OpenAddressingTable<string, number>, hash: number, key: string): number {
  const mask = table.capacity - 1;
  for (let slot = hash & mask; table.hashes[slot] !== 0; slot = slot + 1 & mask) {
    if (table.hashes[slot] === hash && table.entries[2 * slot] === key) return slot;
  }
  return -1;
}

for (const [spread, title] of [[1, "one hash for all keys"], [7, "7 hashes"], [1_000, "1,000 hashes"]] as const) {
  Deno.test(`OpenAddressingTable agrees with a Map while keys are added and removed: ${title}`, () => {
    const random = new RandomSource(spread);
    const table = new OpenAddressingTable<string, number>();
    const map = new Map<string, number>();
    // Near the end of the table's smallest mask, so that runs go around the end.
    const hashOf = (key: string) => 1 << 29 | Number(key.slice(1)) % spread + 13;
    for (let step = 0; step < 20_000; step++) {
      const key = `k${random.below(300)}`;
      const slot = slotOf(table, hashOf(key), key);
      assertEquals(slot < 0 ? undefined : table.entries[2 * slot + 1], map.get(key), `step ${step}, ${key}`);
      const emptying = step % 4_000 > 2_000;
      if (slot >= 0 && random.chance(emptying ? 90 : 30)) {
        table.removeAt(slot);
        map.delete(key);
      } else if (slot < 0 && !emptying) {
        table.insert(hashOf(key), key, step);
        map.set(key, step);
      }
      assertEquals(table.size, map.size);
      assert(2 * table.size <= table.capacity, "at most half full");
      assert(table.capacity === 16 || 8 * table.size >= table.capacity, "at least an eighth full");
    }
  });
}

Deno.test("OpenAddressingTable.removeAt() releases the key and the value", () => {
  const table = new OpenAddressingTable<string, number>();
  for (let i = 0; i < 100; i++) table.insert(i + 1, `k${i}`, i);
  for (let i = 0; i < 100; i++) table.removeAt(slotOf(table, i + 1, `k${i}`));
  assertEquals([table.size, table.capacity], [0, 16]);
  assertEquals(table.entries, new Array(32).fill(undefined));
});
