import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, execute, isAetherError } from "@flowmade-one/aether";
import { MAX_ATTEMPTS } from "@flowmade-one/aether/limits";
import { type Account, account, AccountEvents, type Command, Refusal } from "./account.ts";
import { newStore } from "./raced.ts";

Deno.test("execute() decides on the state of the events and stores the decided events", async () => {
  const store = newStore();
  await execute(store, account, "x", { fill: 3 });
  const executed = await execute(store, account, "x", { fill: 4 });
  assertEquals(executed.state, { balance: 7, log: ["1+3", "2+4"] });
  assertEquals([executed.version, executed.duplicate], [2, false]);
  assertEquals(executed.events, await store.read("x", { from: 2 }).toArray());
});

Deno.test("execute() appends nothing for a command without events", async () => {
  const store = newStore();
  await execute(store, account, "x", { fill: 3 });
  const { state, version, events, duplicate } = await execute(store, account, "x", "nothing");
  assertEquals([state.balance, version, events, duplicate], [3, 1, [], false]);
  assertEquals(await store.latestVersion("x"), 1);
});

Deno.test("execute() rejects with the error of decide unchanged, and stores nothing", async () => {
  const store = newStore();
  await assertRejects(() => execute(store, account, "x", "fail"), Refusal, "at 0");
  const later = decider(AccountEvents, { ...account, decide: () => Promise.reject(new Refusal("later")) });
  await assertRejects(() => execute(store, later, "x", undefined), Refusal, "later");
  assertEquals(await store.latestVersion("x"), 0);
});

Deno.test("execute() awaits a promise of decide", async () => {
  const store = newStore();
  const slow = decider(AccountEvents, {
    ...account,
    decide: async (command: Command, state: Account) => await Promise.resolve(account.decide(command, state)),
  });
  assertEquals((await execute(store, slow, "x", { fill: 2 })).state.balance, 2);
});

Deno.test("execute() stores nothing if evolve fails for a decided event", async () => {
  const store = newStore();
  const failing = decider(AccountEvents, { ...account, evolve: () => undefined as never });
  const error = await assertRejects(() => execute(store, failing, "x", { fill: 1 }));
  assert(isAetherError(error, "evolve-failed"), String(error));
  assertEquals([error.eventType, error.version], ["Filled", 1]);
  assertStringIncludes(error.message, ". Nothing was stored");
  assertEquals(await store.latestVersion("x"), 0);
});

const refused: [options: unknown, code: string, title: string][] = [
  [{ attempts: 0 }, "invalid-argument", "no attempts"],
  [{ attempts: MAX_ATTEMPTS + 1 }, "invalid-argument", "more attempts than the limit"],
  [{ attempts: 1.5 }, "invalid-argument", "a fraction of attempts"],
  [{ attempts: "3" }, "invalid-argument", "a string as attempts"],
  [{ expectedVersion: -1 }, "invalid-argument", "a negative version"],
  [{ expectedVersion: 0.5 }, "invalid-argument", "a fraction of a version"],
  [{ expectedVersion: NaN }, "invalid-argument", "NaN as version"],
  [{ expectedVersion: "1" }, "invalid-argument", "a string as version"],
  [{ expectedVersion: "any" }, "invalid-argument", 'the version "any"'],
  [{ expectedVersion: 0, attempts: 2 }, "invalid-argument", "several attempts with an expectedVersion"],
  [{ backoff: 10 }, "invalid-argument", "a number as backoff"],
  [{ random: 1 }, "invalid-argument", "a number as random"],
  [{ pause: 1 }, "invalid-argument", "a number as pause"],
  [{ commitId: "" }, "invalid-argument", "an empty commit id"],
  [{ commitId: 7 }, "invalid-argument", "a number as commit id"],
  [{ retries: 3 }, "invalid-argument", "an unknown option"],
  [null, "invalid-argument", "null as options"],
  [{ signal: AbortSignal.abort() }, "aborted", "an aborted signal"],
];

for (const [options, code, title] of refused) {
  Deno.test(`execute() refuses ${title} and does not call decide`, async () => {
    const store = newStore();
    const error = await assertRejects(() => execute(store, account, "x", "fail", options as never));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
  });
}

const undecided: [decided: unknown, code: string, title: string][] = [
  [undefined, "invalid-argument", "nothing"],
  [null, "invalid-argument", "null"],
  [{ type: "Filled", data: {} }, "invalid-argument", "one event without an array"],
  [[{ type: "Filled", data: { amount: NaN } }], "invalid-event", "data that is not JSON"],
];

for (const [decided, code, title] of undecided) {
  Deno.test(`execute() refuses a decide that returns ${title}, and stores nothing`, async () => {
    const store = newStore();
    const wrong = decider(AccountEvents, { ...account, decide: () => decided as never });
    const error = await assertRejects(() => execute(store, wrong, "x", undefined));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
    assertEquals(await store.latestVersion("x"), 0);
  });
}
