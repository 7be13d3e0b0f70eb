import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  decider,
  type EventStore,
  execute,
  type ExecuteOptions,
  isAetherError,
  MAX_ATTEMPTS,
  OutcomeUnknownError,
} from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { type Account, account, AccountEvents, type Command, filled, Refusal } from "./account.ts";

function newStore(): EventStore<AccountEvents> {
  return memory().store("a", AccountEvents);
}

/** The account, before whose decision somebody else appends, so many times. */
function raced(
  store: EventStore<AccountEvents>,
  times: number,
): { readonly decider: typeof account; decisions: number } {
  const race = {
    decisions: 0,
    decider: decider(AccountEvents, {
      ...account,
      decide: async (command: Command, state: Account) => {
        if (race.decisions++ < times) await store.append("x", filled(100), { expectedVersion: state.log.length });
        return await account.decide(command, state);
      },
    }),
  };
  return race;
}

/** Options without waiting; what was waited for is noted. */
function impatient(options: ExecuteOptions = {}): ExecuteOptions & { readonly waits: number[] } {
  const waits: number[] = [];
  const pause = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  return Object.defineProperty({ pause, ...options }, "waits", { value: waits }) as never;
}

Deno.test("a command is decided on the state that the events make, and its events are stored", async () => {
  const store = newStore();
  await execute(store, account, "x", { fill: 3 });
  const executed = await execute(store, account, "x", { fill: 4 });
  assertEquals(executed.state, { balance: 7, log: ["1+3", "2+4"] });
  assertEquals([executed.version, executed.duplicate], [2, false]);
  assertEquals(executed.events, await store.read("x", { from: 2 }).collect());
});

Deno.test("a command that decides nothing appends nothing", async () => {
  const store = newStore();
  await execute(store, account, "x", { fill: 3 });
  const { state, version, events, duplicate } = await execute(store, account, "x", "nothing");
  assertEquals([state.balance, version, events, duplicate], [3, 1, [], false]);
  assertEquals(await store.latestVersion("x"), 1);
});

Deno.test("what decide throws passes through as it is, and nothing is stored", async () => {
  const store = newStore();
  await assertRejects(() => execute(store, account, "x", "fail"), Refusal, "at 0");
  const later = decider(AccountEvents, { ...account, decide: () => Promise.reject(new Refusal("later")) });
  await assertRejects(() => execute(store, later, "x", undefined), Refusal, "later");
  assertEquals(await store.latestVersion("x"), 0);
});

Deno.test("a conflict that decide throws is not taken for one of the append", async () => {
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

Deno.test("a decision may take its time", async () => {
  const store = newStore();
  const slow = decider(AccountEvents, {
    ...account,
    decide: async (command: Command, state: Account) => await Promise.resolve(account.decide(command, state)),
  });
  assertEquals((await execute(store, slow, "x", { fill: 2 })).state.balance, 2);
});

Deno.test("a command is tried once unless more attempts are asked for, and the conflict is told", async () => {
  const store = newStore();
  const race = raced(store, 1);
  const options = impatient();
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "version-conflict"), String(error));
  assertEquals([error.expected, error.actual, error.attempts, race.decisions], [0, 1, 1, 1]);
  assert(isAetherError(error.cause, "version-conflict") && error.cause.attempts === undefined);
  assertStringIncludes(error.message, `Cannot execute a command on "x" in namespace "a": others were faster, once`);
  assertEquals([await store.latestVersion("x"), options.waits], [1, []]);
});

Deno.test("each attempt loads and decides anew, and pauses longer by the numbers that it is given", async () => {
  const store = newStore();
  const race = raced(store, 3);
  const options = impatient({ attempts: 4, random: () => 0.5 });
  const { state, version } = await execute(store, race.decider, "x", { fill: 1 }, options);
  assertEquals([state.balance, version, race.decisions], [301, 4, 4]);
  assertEquals(options.waits, [5, 10, 20]);
});

Deno.test("when all attempts met a conflict, the last one is the cause", async () => {
  const store = newStore();
  const race = raced(store, 9);
  const backoffs: [number, number][] = [];
  const backoff = (conflicts: number, random: number) => backoffs.push([conflicts, random]);
  const options = impatient({ attempts: 3, backoff, random: () => 0.25 });
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "version-conflict") && isAetherError(error.cause, "version-conflict"), String(error));
  assertEquals([error.attempts, error.expected, error.actual, error.cause.expected], [3, 2, 3, 2]);
  assertStringIncludes(error.message, "others were faster, 3 times");
  assertEquals(backoffs, [[1, 0.25], [2, 0.25]]);
  assertEquals(options.waits, [1, 2]);
});

Deno.test("a signal that is aborted in a pause ends it, and its reason is the cause", async () => {
  const store = newStore();
  const race = raced(store, 9);
  const abort = new AbortController();
  const options = { attempts: 9, signal: abort.signal, backoff: () => 1e9, random: () => (abort.abort("enough"), 0) };
  const error = await assertRejects(() => execute(store, race.decider, "x", { fill: 1 }, options));
  assert(isAetherError(error, "aborted"), String(error));
  assertEquals([error.cause, race.decisions], ["enough", 1]);
});

Deno.test("a signal that is aborted while a pause lasts ends it", async () => {
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

Deno.test("a command with a commit id is executed once, however often it is asked for", async () => {
  const store = newStore();
  const first = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  await execute(store, account, "x", { fill: 2 });
  const again = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  assertEquals(again, { ...first, duplicate: true });
  assertEquals(await store.latestVersion("x"), 2);
});

Deno.test("a repeated command is not decided on again", async () => {
  const store = newStore();
  await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  const { state } = await execute(store, account, "x", "fail", { commitId: "c1" });
  assertEquals(state.balance, 1);
});

Deno.test("a repeated commit of many events is given back whole", async () => {
  const store = newStore();
  await store.append("x", filled(1, 2), { expectedVersion: 0 });
  await store.append("x", filled(3, 4, 5), { expectedVersion: 2, commitId: "c1" });
  await store.append("x", filled(6), { expectedVersion: 5 });
  const { state, version, events } = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
  assertEquals([state.balance, version], [15, 5]);
  assertEquals(events, await store.read("x", { from: 3, to: 5 }).collect());
});

Deno.test("two of a command at the same time with one commit id are one", async () => {
  const store = newStore();
  const both = await Promise.all(
    [1, 2].map(() => execute(store, account, "x", { fill: 1 }, { commitId: "c1", attempts: 3 })),
  );
  assertEquals(both.map(({ duplicate }) => duplicate).sort(), [false, true]);
  assertEquals(both[0]!.events, both[1]!.events);
  assertEquals(await store.latestVersion("x"), 1);
});

for (const [after, duplicate] of [[255, true], [256, false]] as const) {
  Deno.test(`a commit id is ${duplicate ? "found" : "not found"} after ${after} more commits`, async () => {
    const store = newStore();
    await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
    for (let i = 1; i <= after; i++) await store.append("x", filled(1, 1), { expectedVersion: 2 * i - 1 });
    const executed = await execute(store, account, "x", { fill: 1 }, { commitId: "c1" });
    assertEquals([executed.duplicate, executed.version], [duplicate, duplicate ? 1 : 2 * after + 2]);
  });
}

Deno.test("a store that wraps another is read from for what was stored", async () => {
  const store = newStore();
  const { append } = store;
  const wrapped: EventStore<AccountEvents> = Object.create(null, {
    read: { value: store.read.bind(store) },
    append: { value: append.bind(store) },
  });
  await execute(wrapped, account, "x", { fill: 3 });
  const { state, events } = await execute(wrapped, account, "x", { fill: 4 });
  assertEquals(state.balance, 7);
  assertEquals(events, await store.read("x", { from: 2 }).collect());
});

Deno.test("a read that stands in front of a store's own gives the events that were stored too", async () => {
  const store = newStore();
  const { read } = store;
  const seen: unknown[] = [];
  store.read = (...call) => {
    seen.push(call[1]?.direction ?? "forwards");
    return read.apply(store, call);
  };
  await execute(store, account, "x", { fill: 3 });
  assertEquals(seen, ["forwards", "backwards"]);
});

Deno.test("an append that stands in front of a store's own is the one that is used", async () => {
  const store = newStore();
  let appends = 0;
  const counted = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key === "append") appends++;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { events } = await execute(counted, account, "x", { fill: 3 });
  assertEquals(events, await store.read("x").collect());
  assert(appends > 0);
  const conflict = await assertRejects(() => store.append("x", filled(1), { expectedVersion: 7 }));
  const refusing = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key === "append") return () => Promise.reject(conflict);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const error = await assertRejects(() => execute(refusing, account, "x", { fill: 3 }));
  assert(isAetherError(error, "version-conflict") && error.cause === conflict);
  assertEquals(await store.latestVersion("x"), 1);
});

Deno.test("an unknown outcome passes through with its commit id, by which the command is repeated", async () => {
  const store = newStore();
  let commitId = "";
  const unsure = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== "append") return typeof value === "function" ? value.bind(target) : value;
      return async (...args: Parameters<typeof store.append>) => {
        await store.append(...args);
        const [event] = await store.read("x").collect();
        commitId = event!.commitId;
        throw new OutcomeUnknownError("It is not known", { namespace: store.namespace, actorId: "x", commitId });
      };
    },
  });
  const error = await assertRejects(() => execute(unsure, account, "x", { fill: 3 }, { attempts: 5 }));
  assert(isAetherError(error, "outcome-unknown"), String(error));
  assertEquals(error.commitId, commitId);
  const { duplicate, version } = await execute(store, account, "x", { fill: 3 }, { commitId });
  assertEquals([duplicate, version], [true, 1]);
});

Deno.test("an event that evolve does not take is told, after it was stored", async () => {
  const store = newStore();
  const failing = decider(AccountEvents, { ...account, evolve: () => undefined as never });
  const error = await assertRejects(() => execute(store, failing, "x", { fill: 1 }));
  assert(isAetherError(error, "evolve-failed"), String(error));
  assertEquals([error.eventType, error.version], ["Filled", 1]);
});

const refused: [options: unknown, code: string, because: string][] = [
  [{ attempts: 0 }, "invalid-argument", "no attempts"],
  [{ attempts: MAX_ATTEMPTS + 1 }, "invalid-argument", "more attempts than the limit"],
  [{ attempts: 1.5 }, "invalid-argument", "a fraction of attempts"],
  [{ attempts: "3" }, "invalid-argument", "a text as attempts"],
  [{ backoff: 10 }, "invalid-argument", "a number as backoff"],
  [{ random: 1 }, "invalid-argument", "a number as random"],
  [{ pause: 1 }, "invalid-argument", "a number as pause"],
  [{ commitId: "" }, "invalid-argument", "an empty commit id"],
  [{ commitId: 7 }, "invalid-argument", "a number as commit id"],
  [{ retries: 3 }, "invalid-argument", "an unknown option"],
  [null, "invalid-argument", "null as options"],
  [{ signal: AbortSignal.abort() }, "aborted", "an aborted signal"],
];

for (const [options, code, because] of refused) {
  Deno.test(`a command is refused with ${because}, and nothing is decided`, async () => {
    const store = newStore();
    const error = await assertRejects(() => execute(store, account, "x", "fail", options as never));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
  });
}

const undecided: [decided: unknown, code: string, because: string][] = [
  [undefined, "invalid-argument", "nothing"],
  [null, "invalid-argument", "null"],
  [{ type: "Filled", data: {} }, "invalid-argument", "one event without an array"],
  [[{ type: "Filled", data: { amount: NaN } }], "invalid-event", "data that is not JSON"],
];

for (const [decided, code, because] of undecided) {
  Deno.test(`a decide that returns ${because} is told, and nothing is stored`, async () => {
    const store = newStore();
    const wrong = decider(AccountEvents, { ...account, decide: () => decided as never });
    const error = await assertRejects(() => execute(store, wrong, "x", undefined));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
    assertEquals(await store.latestVersion("x"), 0);
  });
}

Deno.test(`a command may be tried ${MAX_ATTEMPTS} times`, async () => {
  const store = newStore();
  const race = raced(store, MAX_ATTEMPTS - 1);
  const { version } = await execute(store, race.decider, "x", { fill: 1 }, impatient({ attempts: MAX_ATTEMPTS }));
  assertEquals([version, race.decisions], [MAX_ATTEMPTS, MAX_ATTEMPTS]);
});
