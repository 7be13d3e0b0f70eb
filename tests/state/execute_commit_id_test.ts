import { assertEquals } from "@std/assert";
import { execute } from "@flowmade-one/aether";
import { account, filled } from "./account.ts";
import { newStore } from "./raced.ts";

Deno.test("execute() with a commit id executes a repeated command once", async () => {
  const store = newStore();
  const first = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  await execute(store, account, "x", { fill: 2 });
  const again = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  assertEquals(again, { ...first, duplicate: true });
  assertEquals(await store.latestVersion("x"), 2);
});

Deno.test("execute() does not call decide for a repeated command", async () => {
  const store = newStore();
  await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  const { state } = await execute(store, account, "x", "fail", { commitId: "c1" });
  assertEquals(state.balance, 1);
});

Deno.test("execute() returns all events of a repeated commit", async () => {
  const store = newStore();
  await store.append("x", filled(1, 2), { expectedVersion: 0 });
  await store.append("x", filled(3, 4, 5), { expectedVersion: 2, commitId: "c1" });
  await store.append("x", filled(6), { expectedVersion: 5 });
  const { state, version, events } = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  assertEquals([state.balance, version], [15, 5]);
  assertEquals(events, await store.read("x", { from: 3, to: 5 }).toArray());
});

Deno.test("execute() stores one commit for two simultaneous commands with one commit id", async () => {
  const store = newStore();
  const both = await Promise.all(
    [1, 2].map(() => execute(store, account, "x", { fill: 1 }, { commitId: "c1", attempts: 3 })),
  );
  assertEquals(both.map(({ duplicate }) => duplicate).sort(), [false, true]);
  assertEquals(both[0]!.events, both[1]!.events);
  assertEquals(await store.latestVersion("x"), 1);
});

for (const [after, duplicate] of [[255, true], [256, false]] as const) {
  Deno.test(`execute() ${duplicate ? "finds" : "does not find"} a commit id after ${after} more commits`, async () => {
    const store = newStore();
    await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
    for (let i = 1; i <= after; i++) await store.append("x", filled(1, 1), { expectedVersion: 2 * i - 1 });
    const executed = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
    assertEquals([executed.duplicate, executed.version], [duplicate, duplicate ? 1 : 2 * after + 2]);
  });
}
