import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, isAetherError, load } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { account, AccountEvents, filled } from "./account.ts";

const loads: [to: number | undefined, balance: number, version: number, title: string][] = [
  [undefined, 5, 4, "all events"],
  [4, 5, 4, "up to the last version"],
  [9, 5, 4, "up to a version above the actor's last one"],
  [3, 0, 3, "up to a version within a commit"],
  [1, 1, 1, "up to the first version"],
];

for (const [to, balance, version, title] of loads) {
  Deno.test(`load() replays ${title}`, async () => {
    const store = memory().store("a", AccountEvents);
    await store.append("x", filled(1, 2), { expectedVersion: 0 });
    await store.append("x", [{ type: "Emptied", data: {} }, ...filled(5)], { expectedVersion: 2 });
    const loaded = await load(store, account, "x", { to });
    assertEquals([loaded.state.balance, loaded.version, loaded.state.log.length], [balance, version, version]);
  });
}

Deno.test("load() of an actor without events calls initial each time", async () => {
  const store = memory().store("a", AccountEvents);
  const first = await load(store, account, "x");
  assertEquals(first, { state: { balance: 0, log: [] }, version: 0, snapshotVersion: 0 });
  assert((await load(store, account, "x")).state !== first.state);
});

const refused: [actorId: string, options: unknown, code: string, title: string][] = [
  ["x", { to: 0 }, "invalid-argument", "a version below 1"],
  ["x", { to: 1.5 }, "invalid-argument", "a fraction as version"],
  ["x", { upTo: 1 }, "invalid-argument", "an unknown option"],
  ["x", null, "invalid-argument", "null as options"],
  ["x", { signal: AbortSignal.abort() }, "aborted", "an aborted signal"],
  ["x*", {}, "invalid-actor-id", "a bad actor id"],
];

for (const [actorId, options, code, title] of refused) {
  Deno.test(`load() refuses ${title}`, async () => {
    const store = memory().store("a", AccountEvents);
    const error = await assertRejects(() => load(store, account, actorId, options as never));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
  });
}

Deno.test("load() fails if a part of the history has expired", async () => {
  await using backend = memory({ retention: { maxCommits: 2 } });
  const store = backend.store("a", AccountEvents);
  for (let i = 0; i < 3; i++) await store.append("x", filled(1), { expectedVersion: i });
  const error = await assertRejects(() => load(store, account, "x"));
  assert(isAetherError(error, "events-expired"), String(error));
  assertEquals(error.firstAvailable, 2);
  assertStringIncludes(
    error.message,
    `Cannot load "x" in namespace "a": retention has expired its events below version 2`,
  );
  assert(isAetherError(error.cause, "events-expired"));
});

const failures: [evolve: (state: string[]) => string[], message: string, cause: unknown][] = [
  [
    () => {
      throw new RangeError("too much");
    },
    "evolve threw RangeError: too much",
    RangeError,
  ],
  [
    () => {
      throw "a string";
    },
    'evolve threw "a string"',
    "a string",
  ],
  [() => undefined as never, "evolve returned undefined", undefined],
  [
    (state) => {
      (Object.freeze(state) as string[]).push("x");
      return state;
    },
    "return a new state and not change its argument",
    TypeError,
  ],
];

for (const [evolve, message, cause] of failures) {
  Deno.test(`load() throws an EvolveError that names the event: ${message}`, async () => {
    const store = memory().store("a", AccountEvents);
    await store.append("x", filled(1), { expectedVersion: 0 });
    await store.append("x", [{ type: "Emptied", data: {}, id: "e-2" }], { expectedVersion: 1 });
    const failing = decider(AccountEvents, {
      initial: (): string[] => [],
      evolve: (state, event) => event.type === "Emptied" ? evolve(state) : state,
      decide: () => [],
    });
    const error = await assertRejects(() => load(store, failing, "x"));
    assert(isAetherError(error, "evolve-failed"), String(error));
    const { namespace, actorId, eventType, eventId, version } = error;
    assertEquals({ namespace, actorId, eventType, eventId, version }, {
      namespace: "a" as typeof namespace,
      actorId: "x",
      eventType: "Emptied",
      eventId: "e-2",
      version: 2,
    });
    assertStringIncludes(error.message, message);
    if (typeof cause === "function") assert(error.cause instanceof cause);
    else assertEquals(error.cause, cause);
  });
}

Deno.test("load() refuses an initial that returns undefined", async () => {
  const store = memory().store("a", AccountEvents);
  const nothing = decider(AccountEvents, { initial: () => undefined, evolve: () => undefined, decide: () => [] });
  const error = await assertRejects(() => load(store, nothing, "x"));
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertEquals(error.argument, "initial");
});
