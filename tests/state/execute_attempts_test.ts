import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, execute, type ExecuteOptions, isAetherError } from "@flowmade-one/aether";
import { MAX_ATTEMPTS, MAX_BACKOFF_MS } from "@flowmade-one/aether/limits";
import { account, AccountEvents, filled } from "./account.ts";
import { newStore, raced, withoutPauses } from "./raced.ts";

Deno.test("execute() rejects with a conflict that decide throws, and does not retry it", async () => {
  const store = newStore();
  const conflict = await assertRejects(() => store.append("x", filled(1), { expectedVersion: 1 }));
  let decisions = 0;
  const thrower = decider(AccountEvents, {
    ...account,
    decide: () => {
      decisions++;
      throw conflict;
    },
  });
  const error = await assertRejects(() => execute(store, thrower, "x", undefined, { attempts: 3 }));
  assert(error === conflict);
  assertEquals(decisions, 1);
});

Deno.test("execute() makes one attempt by default and throws the conflict", async () => {
  const store = newStore();
  const race = raced(store, 1);
  const options = withoutPauses();
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "version-conflict"), String(error));
  assertEquals([error.expected, error.actual, error.attempts, race.decisions], [0, 1, 1, 1]);
  assert(isAetherError(error.cause, "version-conflict") && error.cause.attempts === undefined);
  assertStringIncludes(
    error.message,
    `Cannot execute a command on "x" in namespace "a": its only attempt met a conflict`,
  );
  assertEquals([await store.latestVersion("x"), options.waits], [1, []]);
});

Deno.test("execute() loads and decides again in each attempt, after a longer pause each time", async () => {
  const store = newStore();
  const race = raced(store, 3);
  const options = withoutPauses({ attempts: 4, random: () => 0.5 });
  const { state, version } = await execute(store, race.decider, "x", { fill: 1 }, options);
  assertEquals([state.balance, version, race.decisions], [301, 4, 4]);
  assertEquals(options.waits, [5, 10, 20]);
});

Deno.test("execute() rejects with the last conflict as the cause when all attempts met a conflict", async () => {
  const store = newStore();
  const race = raced(store, 9);
  const backoffs: [number, number][] = [];
  const backoff = (conflicts: number, random: number) => backoffs.push([conflicts, random]);
  const options = withoutPauses({ attempts: 3, backoff, random: () => 0.25 });
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "version-conflict") && isAetherError(error.cause, "version-conflict"), String(error));
  assertEquals([error.attempts, error.expected, error.actual, error.cause.expected], [3, 2, 3, 2]);
  assertStringIncludes(error.message, "each of its 3 attempts met a conflict");
  assertEquals(backoffs, [[1, 0.25], [2, 0.25]]);
  assertEquals(options.waits, [1, 2]);
});

Deno.test("execute() rejects with the reason of an abort before a pause as the cause", async () => {
  const store = newStore();
  const race = raced(store, 9);
  const abort = new AbortController();
  const options = { attempts: 9, signal: abort.signal, backoff: () => 1e9, random: () => (abort.abort("enough"), 0) };
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "aborted"), String(error));
  assertEquals([error.cause, race.decisions], ["enough", 1]);
});

Deno.test("execute() ends a pause when its signal is aborted", async () => {
  const store = newStore();
  const abort = new AbortController();
  const options = {
    attempts: 9,
    signal: abort.signal,
    backoff: () => (queueMicrotask(() => abort.abort("enough")), 1e9),
  };
  const error = await assertRejects(() => execute(store, raced(store, 9).decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "aborted"), String(error));
});

Deno.test(`execute() accepts ${MAX_ATTEMPTS} attempts`, async () => {
  const store = newStore();
  const race = raced(store, MAX_ATTEMPTS - 1);
  const { version } = await execute(store, race.decider, "x", { fill: 1 }, withoutPauses({ attempts: MAX_ATTEMPTS }));
  assertEquals([version, race.decisions], [MAX_ATTEMPTS, MAX_ATTEMPTS]);
});

const pauses: [title: string, options: ExecuteOptions, pause: number][] = [
  ["0 ms", { backoff: () => 0 }, 0],
  ["a fraction of a millisecond", { backoff: () => 0.25 }, 0.25],
  ["the maximum length", { backoff: () => MAX_BACKOFF_MS }, MAX_BACKOFF_MS],
  ["0 ms by a random number of 0", { random: () => 0 }, 0],
];

for (const [title, options, pause] of pauses) {
  Deno.test(`execute() accepts a pause of ${title}`, async () => {
    const store = newStore();
    const recorded = withoutPauses({ attempts: 2, ...options });
    await execute(store, raced(store, 1).decider, "x", { fill: 1 }, recorded);
    assertEquals(recorded.waits, [pause]);
  });
}

const noPauses: [argument: "backoff" | "random", returned: unknown, shown: string][] = [
  ["backoff", NaN, "NaN"],
  ["backoff", Infinity, "Infinity"],
  ["backoff", -Number.MIN_VALUE, "-5e-324"],
  ["backoff", MAX_BACKOFF_MS + 1, "2147483648"],
  ["backoff", undefined, "undefined"],
  ["backoff", null, "null"],
  ["backoff", "10", `"10"`],
  ["backoff", 10n, "the bigint 10"],
  ["backoff", Promise.resolve(10), "a Promise"],
  ["random", NaN, "NaN"],
  ["random", 1, "1"],
  ["random", -0.1, "-0.1"],
  ["random", "0.5", `"0.5"`],
];

for (const [argument, returned, shown] of noPauses) {
  Deno.test(`execute() refuses a ${argument} that returns ${shown}, without a pause`, async () => {
    const store = newStore();
    const race = raced(store, 1);
    const options = withoutPauses({ attempts: 3, [argument]: () => returned });
    const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals([error.argument, race.decisions, options.waits], [argument, 1, []]);
    assert(isAetherError(error.cause, "version-conflict"), "the conflict is the cause");
    const message =
      `Cannot pause before the next attempt of the command on "x": ${argument} returned ${shown}. It must return `;
    assertStringIncludes(error.message, message);
    assertEquals(await store.latestVersion("x"), 1);
  });
}

Deno.test("execute() ends the longest pause when its signal is aborted", async () => {
  const store = newStore();
  const abort = new AbortController();
  const backoff = () => (queueMicrotask(() => abort.abort("enough")), MAX_BACKOFF_MS);
  const options = { attempts: 2, signal: abort.signal, backoff };
  const error = await assertRejects(() => execute(store, raced(store, 9).decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "aborted"), String(error));
});
