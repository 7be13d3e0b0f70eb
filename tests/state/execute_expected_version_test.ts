import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, execute, type ExecuteOptions, isAetherError } from "@flowmade-one/aether";
import { never } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { type Account, account, AccountEvents, type Command, filled } from "./account.ts";
import { newStore, raced } from "./raced.ts";
import { put, snapshotted } from "./snapshotted.ts";

const met: [version: number, title: string][] = [
  [0, "an actor without events"],
  [3, "an actor at that version"],
];

for (const [version, title] of met) {
  Deno.test(`execute() with an expectedVersion executes a command on ${title}`, async () => {
    const store = newStore();
    if (version > 0) await store.append("x", filled(...Array(version).fill(1)), { expectedVersion: 0 });
    const executed = await execute(store, account, "x", { fill: 1 }, { expectedVersion: version });
    assertEquals([executed.version, executed.events.length], [version + 1, 1]);
    const nothing = await execute(store, account, "x", "nothing", { expectedVersion: version + 1 });
    assertEquals([nothing.version, nothing.events], [version + 1, []]);
  });
}

const missed: [expectedVersion: number, title: string][] = [
  [0, "that has events"],
  [2, "at a later version"],
  [4, "at an earlier version"],
];

for (const [expectedVersion, title] of missed) {
  for (const command of [{ fill: 1 }, "nothing", "fail"] as const) {
    Deno.test(`execute() with an expectedVersion does not decide on an actor ${title}: ${JSON.stringify(command)}`, async () => {
      const store = newStore();
      await store.append("x", filled(1, 1, 1), { expectedVersion: 0 });
      let decisions = 0;
      const counted = {
        ...account,
        decide: (command: Command, state: Account) => (decisions++, account.decide(command, state)),
      };
      const error = await assertRejects(() => execute(store, counted, "x", command, { expectedVersion }));
      assert(isAetherError(error, "version-conflict"), String(error));
      assertEquals([error.expected, error.actual, error.attempts, error.cause], [
        expectedVersion,
        3,
        undefined,
        undefined,
      ]);
      assertEquals([decisions, await store.latestVersion("x")], [0, 3]);
      assertStringIncludes(
        error.message,
        `Cannot execute a command on "x" in namespace "a" expecting version ${expectedVersion}: it is at version 3. `,
      );
    });
  }
}

Deno.test("execute() with an expectedVersion throws the conflict of its append and does not retry", async () => {
  const store = newStore();
  const race = raced(store, 1);
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, { expectedVersion: 0 }));
  assert(isAetherError(error, "version-conflict"), String(error));
  assertEquals([error.expected, error.actual, error.attempts, race.decisions], [0, 1, undefined, 1]);
  assert(isAetherError(error.cause, "version-conflict"));
  assertStringIncludes(error.message, "Cannot execute a command on");
  assertEquals(await store.latestVersion("x"), 1);
});

for (const commits of [0, 1, 300]) {
  for (const withSnapshots of [false, true]) {
    const name = `${commits} more commits${withSnapshots ? ", with snapshots" : ""}`;
    Deno.test(`execute() returns the first result of a repeated command after ${name}, and throws a conflict for another one`, async () => {
      const store = newStore();
      const order = withSnapshots ? snapshotted().account : account;
      await store.append("x", filled(1), { expectedVersion: 0 });
      await store.append("x", filled(2, 3), { expectedVersion: 1, commitId: "c1" });
      for (let i = 0; i < commits; i++) await execute(store, order, "x", { fill: 1 });
      const again = await execute(store, order, "x", "fail", { expectedVersion: 1, commitId: "c1" });
      assertEquals([again.duplicate, again.version, again.state.balance], [true, 3, 6]);
      assertEquals(again.events, await store.read("x", { from: 2, to: 3 }).toArray());
      const error = await assertRejects(() =>
        execute(store, order, "x", { fill: 1 }, { expectedVersion: 1, commitId: "c2" })
      );
      assert(isAetherError(error, "version-conflict"), String(error));
      assertEquals([error.expected, error.actual], [1, 3 + commits]);
    });
  }
}

Deno.test("execute() returns the first result of a repeated command at any expectedVersion", async () => {
  const store = newStore();
  const first = await execute(store, account, "x", { fill: 1 }, { expectedVersion: 0, commitId: "c1" });
  for (const expectedVersion of [0, 1, 2]) {
    const again = await execute(store, account, "x", { fill: 1 }, { expectedVersion, commitId: "c1" });
    assertEquals(again, { ...first, duplicate: true });
  }
});

Deno.test("execute() throws a conflict for a repeated command that expects a version within its commit, after 256 more commits", async () => {
  const store = newStore();
  await store.append("x", filled(1), { expectedVersion: 0 });
  await store.append("x", filled(2, 3, 4), { expectedVersion: 1, commitId: "c1" });
  for (let i = 0; i < 300; i++) await store.append("x", filled(1), { expectedVersion: 4 + i });
  for (const expectedVersion of [0, 2, 3, 4]) {
    const options: ExecuteOptions = { expectedVersion, commitId: "c1" };
    const error = await assertRejects(() => execute(store, account, "x", { fill: 1 }, options));
    assert(isAetherError(error, "version-conflict"), String(error));
  }
  const again = await execute(store, account, "x", { fill: 1 }, { expectedVersion: 1, commitId: "c1" });
  assertEquals([again.duplicate, again.version, again.events.length], [true, 4, 3]);
});

Deno.test("execute() finds a repeated command if the events before its commit have expired", async () => {
  const store = memory({ retention: { maxCommits: 300 } }).store("a", AccountEvents);
  const { account: order } = snapshotted({ policy: never });
  await store.append("x", filled(1), { expectedVersion: 0 });
  await store.append("x", filled(2, 3), { expectedVersion: 1, commitId: "c1" });
  await put(store, 3);
  for (let i = 0; i < 299; i++) await store.append("x", filled(1), { expectedVersion: 3 + i });
  for (const [commitId, code] of [["c1", "events-expired"], ["c2", "version-conflict"]] as const) {
    const options: ExecuteOptions = { expectedVersion: 1, commitId };
    const error = await assertRejects(() => execute(store, order, "x", { fill: 1 }, options));
    assert(isAetherError(error, code), String(error));
  }
});

Deno.test("execute() throws a conflict if the commit after the expected version has expired", async () => {
  const store = memory({ retention: { maxCommits: 2 } }).store("a", AccountEvents);
  const { account: order } = snapshotted({ policy: () => true });
  for (let i = 0; i < 300; i++) await execute(store, order, "x", { fill: 1 });
  const options: ExecuteOptions = { expectedVersion: 1, commitId: "c1" };
  const error = await assertRejects(() => execute(store, order, "x", { fill: 1 }, options));
  assert(isAetherError(error, "version-conflict"), String(error));
  assertEquals([error.expected, error.actual], [1, 300]);
});

Deno.test("execute() with one expectedVersion succeeds for one of four callers, and the others receive both versions", async () => {
  const store = newStore();
  const slow = decider(AccountEvents, {
    ...account,
    decide: async (command: Command, state: Account) => await Promise.resolve(account.decide(command, state)),
  });
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4].map((fill) => execute(store, slow, "x", { fill }, { expectedVersion: 0 })),
  );
  const conflicts = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason] : []);
  assertEquals(conflicts.map(({ expected, actual }) => [expected, actual]), Array(3).fill([0, 1]));
});
