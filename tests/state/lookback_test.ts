import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { execute, type ExecuteOptions, isAetherError, type Position } from "@flowmade-one/aether";
import { everyEvents, never } from "@flowmade-one/aether/snapshots";
import type { Lookback } from "@flowmade-one/aether/types";
import { account, AccountEvents, type Command, filled } from "./account.ts";
import { faulty } from "./faulty_snapshots.ts";
import { look } from "./look.ts";
import { newStore, raced } from "./raced.ts";
import { fill, put, snapshotted } from "./snapshotted.ts";

const position = "1000000000002047" as Position;

/** A store with a number of commits of one event, each with the id `c<version>`, and functions that observe it. */
async function withHistory(commits: number) {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  for (let i = 0; i < commits; i++) {
    await store.append("x", filled(1), { expectedVersion: i, commitId: `c${i + 1}` });
  }
  const positionOf = async (version: number) =>
    (await store.read("x", { from: version, limit: 1 }).toArray())[0]!.position;
  const reads = async (run: () => Promise<unknown>) => {
    requests.length = 0;
    await run();
    return requests.filter((request) => request.startsWith("read"));
  };
  return { store, positionOf, reads };
}

const refused: [name: string, options: unknown, argument: string, message: string][] = [
  ["a lookback without a commit id", { lookback: 3 }, "lookback", "lookback needs a commitId"],
  ["onExhausted without a commit id", { onExhausted: "refuse" }, "onExhausted", "onExhausted needs a commitId"],
  ["a lookback of 0", { commitId: "c", lookback: 0 }, "lookback", 'a number of commits, 1 or more, "all" or'],
  ["a lookback of 1.5", { commitId: "c", lookback: 1.5 }, "lookback", "not 1.5"],
  ["Infinity as lookback", { commitId: "c", lookback: Infinity }, "lookback", "not Infinity"],
  ['the lookback "none"', { commitId: "c", lookback: "none" }, "lookback", 'not "none"'],
  ["null as lookback", { commitId: "c", lookback: null }, "lookback", "not null"],
  ["a position as lookback", { commitId: "c", lookback: position }, "lookback", '"all" or { since: position }'],
  ["a misspelt member of lookback", { commitId: "c", lookback: { after: position } }, "after", "it has since"],
  ["no position as since", { commitId: "c", lookback: {} }, "lookback", "lookback.since is not valid"],
  ["a string that is no position", { commitId: "c", lookback: { since: "start" } }, "lookback", '"start"'],
  ['the onExhausted "skip"', { commitId: "c", onExhausted: "skip" }, "onExhausted", '"execute" or "refuse"'],
];

for (const [name, options, argument, message] of refused) {
  Deno.test(`execute() refuses ${name}`, async () => {
    const error = await assertRejects(() => execute(newStore(), account, "x", "fail", options as ExecuteOptions));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("execute() without a commit id has lookbackExhausted false", async () => {
  const store = newStore();
  await fill(store, 300);
  assertEquals((await execute(store, account, "x", { fill: 1 })).lookbackExhausted, false);
});

const edges: [lookback: Lookback | undefined, commitId: string, outcome: string][] = [
  [undefined, "c45", "duplicate"],
  [undefined, "c44", "exhausted"],
  [299, "c2", "duplicate"],
  [299, "c1", "exhausted"],
  [300, "c1", "duplicate"],
  [300, "none", "new"],
  [299, "none", "exhausted"],
  [1, "c300", "duplicate"],
  [1, "c299", "exhausted"],
  [Number.MAX_SAFE_INTEGER, "none", "new"],
  ["all", "c1", "duplicate"],
  ["all", "none", "new"],
];

for (const snapshot of [0, 45, 46, 299, 300]) {
  for (const [lookback, commitId, outcome] of edges) {
    const name = `${commitId} of 300 commits with a lookback of ${lookback}, ${
      snapshot > 0 ? `snapshot ${snapshot}` : "no snapshot"
    }`;
    Deno.test(`execute() reports "${outcome}" for ${name}`, async () => {
      const { store } = await withHistory(300);
      if (snapshot > 0) await put(store, snapshot);
      assertEquals(await look(store, snapshotted({ policy: never }).account, commitId, lookback), outcome);
    });
  }
}

for (const snapshot of [0, 100, 200, 300]) {
  Deno.test(`execute() looks for a commit id after a position, ${snapshot > 0 ? `snapshot ${snapshot}` : "no snapshot"}`, async () => {
    const { store, positionOf } = await withHistory(300);
    if (snapshot > 0) await put(store, snapshot);
    const { account: decider } = snapshotted({ policy: never });
    const rows = [[200, "c201", "duplicate"], [200, "c200", "new"], [1, "c1", "new"]] as const;
    for (const [version, commitId, outcome] of rows) {
      const since = await positionOf(version);
      assertEquals(await look(store, decider, commitId, { since }), outcome, `${commitId} since ${version}`);
    }
  });
}

Deno.test("execute() with a lookback since a position within a commit searches that commit", async () => {
  const store = newStore();
  await store.append("x", filled(1, 2, 3), { expectedVersion: 0, commitId: "c1" });
  const [first, , last] = await store.read("x").toArray();
  assertEquals(await look(store, account, "c1", { since: first!.position }), "duplicate");
  assertEquals(await look(store, account, "c1", { since: last!.position }), "new");
});

for (const withSnapshot of [false, true]) {
  const kind = withSnapshot ? "with a snapshot" : "without snapshots";
  Deno.test(`execute() ${kind} refuses a lookback since a position of another log`, async () => {
    const { store } = await withHistory(3);
    if (withSnapshot) await put(store, 3);
    const foreign = await (await withHistory(5)).positionOf(5);
    const { account: decider } = snapshotted({ policy: never });
    const options = { commitId: "c3", lookback: { since: foreign } };
    const error = await assertRejects(() => execute(store, decider, "x", { fill: 1 }, options));
    assert(isAetherError(error, "unknown-position"), String(error));
    assertEquals(error.namespace as string, "a");
    assertStringIncludes(error.message, "Pass a position of the log of the command's actor");
    assertEquals(await store.latestVersion("x"), 3);
  });
}

Deno.test('execute() with onExhausted "refuse" refuses before it decides, and names the command', async () => {
  const { store } = await withHistory(4);
  const options = { commitId: "c9", lookback: 3, onExhausted: "refuse" } as const;
  const error = await assertRejects(() => execute(store, account, "x", "fail", options));
  assert(isAetherError(error, "lookback-exhausted"), String(error));
  assertEquals([error.namespace as string, error.actorId, error.commitId], ["a", "x", "c9"]);
  assertStringIncludes(error.message, `its commit id "c9" is not among the commits that were searched`);
  const done = await execute(store, account, "x", { fill: 1 }, { ...options, lookback: 4 });
  assertEquals([done.version, done.lookbackExhausted], [5, false]);
  const executed = await execute(store, account, "x", { fill: 1 }, {
    ...options,
    commitId: "c10",
    onExhausted: "execute",
  });
  assertEquals([executed.version, executed.lookbackExhausted], [6, true]);
});

Deno.test("execute() throws a conflict for another version, also if the lookback is exhausted", async () => {
  const { store } = await withHistory(4);
  const options = { commitId: "c9", lookback: 1, onExhausted: "refuse", expectedVersion: 3 } as const;
  const error = await assertRejects(() => execute(store, account, "x", { fill: 1 }, options));
  assert(isAetherError(error, "version-conflict"), String(error));
});

Deno.test("execute() with a lookback does not read commits that loading has read or whose ids the snapshot has", async () => {
  const { store, positionOf, reads } = await withHistory(300);
  const { account: decider } = snapshotted({ policy: never });
  await put(store, 100);
  const since = { since: await positionOf(100) };
  const earlier = { since: await positionOf(99) };
  assertEquals(await reads(() => look(store, decider, "none", since)), ["read from 100"]);
  assertEquals(await reads(() => look(store, decider, "none", earlier)), ["read from 100", "read back 99"]);
  assertEquals(await reads(() => look(store, decider, "none", 200)), ["read from 100"]);
  assertEquals(await reads(() => look(store, decider, "none", 201)), ["read from 100", "read back 99"]);
  await execute(store, snapshotted().account, "x", "nothing", { commitId: "none" });
  assertEquals((await store.snapshots.latest("x"))?.commits?.ids.length, 256);
  assertEquals(await reads(() => look(store, decider, "none", 256)), ["read from 300"]);
  assertEquals(await reads(() => look(store, decider, "none", 257)), ["read from 300", "read back 300"]);
  assertEquals(await reads(() => look(store, decider, "none", "all")), [
    "read from 300",
    "read back 300",
    "read back 44",
  ]);
});

Deno.test('execute() with a lookback of "all" searches no events if the snapshot has the ids of all commits', async () => {
  const { store, reads } = await withHistory(256);
  await execute(store, snapshotted().account, "x", "nothing", { commitId: "none" });
  const { account: decider } = snapshotted({ policy: never });
  assertEquals(await reads(() => look(store, decider, "none", "all")), ["read from 256"]);
  assertEquals(await look(store, decider, "c1", "all"), "duplicate");
  assertEquals(await look(store, decider, "none", 256), "new");
});

Deno.test("execute() with a short lookback keeps the ids of 256 commits for the next snapshot", async () => {
  const { store, reads } = await withHistory(300);
  await put(store, 299);
  await execute(store, snapshotted({ policy: everyEvents(1) }).account, "x", "nothing", {
    commitId: "none",
    lookback: 3,
  });
  const { commits } = (await store.snapshots.latest("x"))!;
  assertEquals([commits?.ids.length, commits?.ids[0], commits?.complete], [256, "c45", false]);
  const { account: decider } = snapshotted({ policy: never });
  assertEquals(await reads(() => look(store, decider, "c45")), [
    "read from 300",
    "read back 300",
    "read back 45",
    "read from 1",
  ]);
});

Deno.test("execute() with a lookback since a position keeps at most the last 256 ids for the next snapshot", async () => {
  for (const [before, ids] of [[45, undefined], [44, 256]] as const) {
    const { store, positionOf } = await withHistory(300);
    await put(store, 200);
    const { account: decider } = snapshotted({ policy: everyEvents(1) });
    await look(store, decider, "none", { since: await positionOf(before) });
    assertEquals((await store.snapshots.latest("x"))?.commits?.ids.length, ids, `since ${before}`);
    assertEquals(await look(store, decider, "c45"), "duplicate");
    assertEquals(await look(store, decider, "c44"), "exhausted");
  }
});

Deno.test('execute() with a lookback of "all" keeps the last 256 ids for the next snapshot, as incomplete', async () => {
  const { store } = await withHistory(300);
  await put(store, 299);
  const { account: decider } = snapshotted({ policy: everyEvents(1) });
  await look(store, decider, "none", "all");
  const { commits } = (await store.snapshots.latest("x"))!;
  assertEquals([commits?.ids.length, commits?.complete], [256, false]);
  assertEquals(await look(store, decider, "c44"), "exhausted");
});

Deno.test("execute() does not exhaust a lookback of 256 on exactly 256 commits, also if the first has several events", async () => {
  const store = newStore();
  await store.append("x", filled(1, 2), { expectedVersion: 0, commitId: "c1" });
  await put(store, 2);
  for (let i = 2; i <= 256; i++) await store.append("x", filled(1), { expectedVersion: i, commitId: `c${i}` });
  const { account: decider } = snapshotted({ policy: everyEvents(1) });
  assertEquals(await look(store, decider, "c257", 10), "exhausted");
  for (const lookback of [undefined, 256, "all"] as const) {
    assertEquals(await look(store, decider, "c257", lookback), "new", `with a lookback of ${lookback}`);
  }
});

Deno.test("execute() does not search for the commit id again after a conflict", async () => {
  const { store, reads } = await withHistory(300);
  await put(store, 290);
  const { account: decider } = snapshotted({ policy: never });
  const race = raced(store, 2);
  const racing = { ...decider, decide: race.decider.decide };
  const options: ExecuteOptions = { commitId: "none", lookback: "all", attempts: 3, pause: () => Promise.resolve() };
  const requests = await reads(async () => {
    const { version, lookbackExhausted } = await execute(store, racing, "x", { fill: 1 } as Command, options);
    assertEquals([version, lookbackExhausted], [303, false]);
  });
  assertEquals(requests, ["read from 290", "read back 289", "read back 33", "read from 290", "read from 290"]);
});
