/** The search for a commit id among commits that have expired. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { execute, isAetherError, type Position } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { never } from "@flowmade-one/aether/snapshots";
import type { Lookback } from "@flowmade-one/aether/types";
import { AccountEvents } from "./account.ts";
import { look } from "./look.ts";
import { snapshotted } from "./snapshotted.ts";

/** A store that has the last 5 of 12 commits, and a snapshot of the last one. */
async function withExpired(commitId: string | undefined) {
  const store = memory({ retention: { maxCommits: 5 } }).store("a", AccountEvents);
  const { account: decider } = snapshotted({ policy: () => true });
  const positions: Position[] = [];
  for (let i = 1; i <= 12; i++) {
    const { events } = await execute(store, decider, "x", { fill: 1 }, { commitId: commitId && `${commitId}${i}` });
    positions.push(events[0]!.position);
  }
  return { store, positions, decider: snapshotted({ policy: never }).account };
}

Deno.test("execute() treats expired commits as not searched, unless they cannot have the id", async () => {
  const { store, positions, decider } = await withExpired(undefined);
  const at = (version: number) => ({ since: positions[version - 1]! });
  const rows: [lookback: Lookback | undefined, outcome: string][] = [
    [undefined, "exhausted"],
    [5, "exhausted"],
    ["all", "exhausted"],
    [at(7), "exhausted"],
    [at(8), "new"],
    [at(12), "new"],
  ];
  for (const [lookback, outcome] of rows) {
    assertEquals(await look(store, decider, "none", lookback), outcome, JSON.stringify(lookback));
  }
});

Deno.test("execute() searches the ids of expired commits in a snapshot", async () => {
  const { store, decider } = await withExpired("c");
  assertEquals(await look(store, decider, "none", "all"), "new");
  assertEquals(await look(store, decider, "none", 12), "new");
  assertEquals(await look(store, decider, "none", 11), "exhausted");
  const error = await assertRejects(() => look(store, decider, "c1"));
  assert(isAetherError(error, "events-expired"), String(error));
});

Deno.test("execute() reports an exhausted lookback if the snapshot lacks the ids of expired commits", async () => {
  const { store, decider } = await withExpired(undefined);
  await execute(store, snapshotted({ policy: () => true }).account, "x", { fill: 1 }, { commitId: "first" });
  const { commits } = (await store.snapshots.latest("x"))!;
  assertEquals([commits?.ids.length, commits?.complete], [6, false]);
  for (const lookback of [undefined, 300, "all"] as const) {
    assertEquals(await look(store, decider, "none", lookback), "exhausted", `with a lookback of ${lookback}`);
  }
  assertEquals(await look(store, decider, "first", "all"), "duplicate");
});
