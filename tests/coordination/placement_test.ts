import { assert, assertEquals } from "@std/assert";
import { assignShards, hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { testSeeds } from "../_support/seeds.ts";
import { randomFrom } from "../cluster/simulation/virtual_time.ts";

interface Member {
  readonly name: string;
  readonly hash: number;
}

function members(count: number, prefix = "node-"): Member[] {
  return Array.from({ length: count }, (_, i) => ({ name: `${prefix}${i}`, hash: hashOf(`${prefix}${i}`) }));
}

const names = (assigned: readonly Member[]) => assigned.map(({ name }) => name);

Deno.test("hashOf() returns fixed numbers, since processes of two releases must agree on owners", () => {
  const rows: [key: string, hash: number][] = [
    ["", 2_872_998_923],
    ["a", 444_641_715],
    ["node-1", 2_865_264_164],
    ["order.42", 505_343_933],
    ["Ω", 1_109_145_794],
  ];
  assertEquals(rows.map(([key]) => [key, hashOf(key)]), rows);
});

Deno.test("assignShards() returns a fixed assignment", () => {
  assertEquals(names(assignShards(members(3), 8, hashOf("work"))).map((name) => name.slice(-1)).join(""), "21212100");
});

Deno.test("assignShards() assigns at most an equal share to a member, rounded up", () => {
  for (const [count, shards] of [[1, 1], [1, 7], [2, 7], [3, 8], [5, 16], [7, 3], [16, 16], [20, 256]] as const) {
    const loads = new Map<string, number>();
    for (const name of names(assignShards(members(count), shards))) loads.set(name, (loads.get(name) ?? 0) + 1);
    assertEquals([...loads.values()].reduce((sum, load) => sum + load, 0), shards);
    const greatest = Math.max(...loads.values());
    assertEquals(greatest, Math.ceil(shards / count), `${shards} shards over ${count} members`);
  }
});

Deno.test("assignShards() without members assigns nothing", () => {
  assertEquals(assignShards([], 5), []);
});

Deno.test("assignShards() with another salt returns another assignment", () => {
  assert(`${names(assignShards(members(4), 32, 1))}` !== `${names(assignShards(members(4), 32, 2))}`);
});

testSeeds("assignShards() moves at most three times as many shards as necessary when a member leaves", (seed) => {
  const random = randomFrom(seed);
  let moved = 0;
  let necessary = 0;
  for (let round = 0; round < 200; round++) {
    const count = 2 + Math.floor(random() * 10);
    const shards = 8 + Math.floor(random() * 100);
    const before = members(count, `r${round}-`);
    const after = before.toSpliced(Math.floor(random() * count), 1);
    const [one, two] = [assignShards(before, shards), assignShards(after, shards)];
    moved += one.filter((owner, shard) => owner !== two[shard]).length;
    necessary += one.filter((owner) => !after.includes(owner)).length;
  }
  assert(moved <= 3 * necessary, `${moved} shards moved, ${necessary} were necessary`);
});

Deno.test("ownerOf() changes only for keys of the member that leaves", () => {
  const all = members(6);
  const remaining = all.slice(1);
  for (let i = 0; i < 500; i++) {
    const key = hashOf(`actor.${i}`);
    const before = ownerOf(all, key)!;
    if (before !== all[0]) assertEquals(ownerOf(remaining, key), before);
  }
});

Deno.test("ownerOf() spreads keys evenly", () => {
  const loads = new Map<string, number>();
  for (let i = 0; i < 6_000; i++) {
    const { name } = ownerOf(members(6), hashOf(`actor.${i}`))!;
    loads.set(name, (loads.get(name) ?? 0) + 1);
  }
  for (const load of loads.values()) assert(load > 850 && load < 1_150, `${load} of 6,000 keys`);
});

Deno.test("ownerOf() returns the first of two members with equal hashes, and undefined without members", () => {
  const [one, two] = [{ hash: 7, name: "one" }, { hash: 7, name: "two" }];
  assertEquals([ownerOf([one, two], 1), ownerOf([two, one], 1), ownerOf([], 1)], [one, two, undefined]);
});
