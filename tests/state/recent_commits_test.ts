import { assert, assertEquals, assertRejects } from "@std/assert";
import { everyEvents, never } from "@flowmade-one/aether/snapshots";
import { execute, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { AccountEvents, filled } from "./account.ts";
import { faulty } from "./faulty_snapshots.ts";
import { fill, put, snapshotted } from "./snapshotted.ts";

for (const [after, found] of [[255, true], [256, false]] as const) {
  Deno.test(`execute() with a snapshot ${found ? "finds" : "does not find"} a commit id after ${after} more commits`, async () => {
    const { backend, requests } = faulty(() => ({}));
    const store = backend.store("a", AccountEvents);
    await store.append("x", filled(1, 1), { expectedVersion: 0, commitId: "c1" });
    for (let i = 1; i <= after; i++) await store.append("x", filled(1, 1), { expectedVersion: 2 * i });
    await put(store, 41);
    requests.length = 0;
    const { account: order } = snapshotted({ policy: never });
    const { version, events, duplicate } = await execute(store, order, "x", { fill: 1 }, { commitId: "c1" });
    assertEquals([duplicate, version, events.length], found ? [true, 2, 2] : [false, 2 * after + 3, 1]);
    assertEquals(requests.slice(0, 2), ["read from 41", "read back 40"]);
  });
}

Deno.test("execute() searches no older commits if it has read the commit id, or enough other ids, after the snapshot", async () => {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 300);
  const { account: order } = snapshotted({ policy: never });
  await put(store, 44);
  requests.length = 0;
  await execute(store, order, "x", "nothing", { commitId: "c1" });
  assertEquals(requests, ["read from 44"], "257 commits were read");
  await execute(store, order, "x", { fill: 1 }, { commitId: "c1" });
  await put(store, 299);
  requests.length = 0;
  await execute(store, order, "x", { fill: 1 }, { commitId: "c1" });
  assertEquals(requests, ["read from 299", "read back 301", "read from 299"], "the commit of the command was read");
});

Deno.test("execute() keeps commit ids in snapshots after the first command with one, and then does not search the log", async () => {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  const { account: order } = snapshotted();
  for (let i = 1; i <= 10; i++) await execute(store, order, "x", { fill: 1 });
  assertEquals((await store.snapshots.latest("x"))?.commits, undefined, "no command had a commit id");
  for (let i = 11; i <= 20; i++) await execute(store, order, "x", { fill: 1 }, { commitId: `c${i}` });
  const ids = (await store.read("x").toArray()).map(({ commitId }) => commitId);
  assertEquals((await store.snapshots.latest("x"))?.commits, { ids, complete: true });
  for (let i = 21; i <= 30; i++) await execute(store, order, "x", { fill: 1 });
  const all = (await store.read("x").toArray()).map(({ commitId }) => commitId);
  const { commits } = (await store.snapshots.latest("x"))!;
  assertEquals(commits, { ids: all, complete: true }, "also by commands without a commit id");
  requests.length = 0;
  assertEquals((await execute(store, order, "x", { fill: 1 }, { commitId: "another" })).version, 31);
  assertEquals(requests, ["read from 30"]);
  const { duplicate, version, events } = await execute(store, order, "x", { fill: 1 }, { commitId: "c13" });
  assertEquals([duplicate, version, events.map(({ commitId }) => commitId)], [true, 13, ["c13"]]);
});

Deno.test("execute() keeps the ids of the last 256 commits in a snapshot", async () => {
  const store = memory().store("a", AccountEvents);
  const { account: order } = snapshotted({ policy: everyEvents(300) });
  for (let i = 1; i <= 900; i++) await execute(store, order, "x", { fill: 1 }, { commitId: `c${i}` });
  const { version, commits } = (await store.snapshots.latest("x"))!;
  assertEquals([version, commits?.complete], [900, false]);
  assertEquals(commits?.ids, Array.from({ length: 256 }, (_, i) => `c${i + 645}`));
  for (const [commitId, duplicate] of [["c645", true], ["c644", false]] as const) {
    assertEquals((await execute(store, order, "x", { fill: 1 }, { commitId })).duplicate, duplicate, commitId);
  }
});

Deno.test("execute() ignores commit ids of a snapshot that are not in the log", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 20);
  await put(store, 7, { commits: { ids: ["c1"], complete: true } });
  const { account: order } = snapshotted({ policy: never });
  assertEquals((await execute(store, order, "x", { fill: 1 }, { commitId: "c1" })).duplicate, false);
});

Deno.test("execute() does not repeat a known command whose events have expired", async () => {
  const store = memory({ retention: { maxCommits: 5 } }).store("a", AccountEvents);
  const { account: order } = snapshotted({ policy: everyEvents(1) });
  for (let i = 0; i < 9; i++) await execute(store, order, "x", { fill: 1 }, { commitId: `c${i}` });
  const error = await assertRejects(() => execute(store, order, "x", { fill: 1 }, { commitId: "c0" }));
  assert(isAetherError(error, "events-expired"), String(error));
  assertEquals(await store.latestVersion("x"), 9);
});
