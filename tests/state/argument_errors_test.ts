import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, execute, given, isAetherError, load } from "@flowmade-one/aether";
import { everyEvents, olderThan, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { account, AccountEvents } from "./account.ts";

const backend = memory();
const store = backend.store("a", AccountEvents);
const { initial, evolve, decide } = account;
const source = { read: () => {}, namespace: "a" };
const settings = { schema: 1, policy: everyEvents(9), onError: () => {} };

/** A call with arguments that the compiler would refuse. */
const call = (fn: unknown, ...given: unknown[]) => () => (fn as (...given: unknown[]) => unknown)(...given);

const refused: [name: string, call: () => unknown, argument: string, message: string][] = [
  [
    "execute() without a store",
    call(execute, undefined, account, "x", "empty"),
    "store",
    "store is missing: it must be a store, such as backend.store(...)",
  ],
  [
    "execute() with a backend as store",
    call(execute, backend, account, "x", "empty"),
    "store",
    "store must be a store, such as backend.store(...), not a DriverBackend: pass a store of this backend",
  ],
  [
    "execute() with store and decider swapped",
    call(execute, account, store, "x", "empty"),
    "store",
    "store must be a store, such as backend.store(...), not an object: pass the store before the decider",
  ],
  [
    "execute() with a store that only reads",
    call(execute, source, account, "x", "empty"),
    "store",
    "store must be a store that appends, not an object",
  ],
  ["execute() with a string as store", call(execute, "a", account, "x", "empty"), "store", 'not "a"'],
  [
    "execute() without a decider",
    call(execute, store, undefined, "x", "empty"),
    "decider",
    "decider is missing: it must be an object with initial, evolve and decide, such as decider(...) returns",
  ],
  ["execute() with null as decider", call(execute, store, null, "x", "empty"), "decider", "not null"],
  [
    "execute() with a decider without decide",
    call(execute, store, { initial, evolve }, "x", "empty"),
    "decider.decide",
    "decider.decide is missing: it must be a function",
  ],
  [
    "execute() with a decider without initial",
    call(execute, store, { evolve, decide }, "x", "empty"),
    "decider.initial",
    "decider.initial is missing: it must be a function",
  ],
  [
    "execute() with a state as initial",
    call(execute, store, { initial: {}, evolve, decide }, "x", "empty"),
    "decider.initial",
    "decider.initial must be a function, not an object",
  ],
  [
    "execute() with a decider without evolve",
    call(execute, store, { initial, decide }, "x", "empty"),
    "decider.evolve",
    "decider.evolve is missing: it must be a function",
  ],
  [
    "execute() with a decider with snapshots on a store without them",
    call(execute, { append: () => {}, read: () => {} }, withSnapshots(account, settings), "x", "empty"),
    "store",
    "store must be a store with snapshots, because the decider has snapshots, not an object",
  ],
  [
    "load() without a store",
    call(load, undefined, account, "x"),
    "source",
    "source is missing: it must be a store, such as backend.store(...)",
  ],
  ["load() with a backend", call(load, backend, account, "x"), "source", "pass a store of this backend"],
  ["load() with arguments swapped", call(load, account, store, "x"), "source", "pass the store before the decider"],
  [
    "load() without an evolver",
    call(load, store, undefined, "x"),
    "evolver",
    "evolver is missing: it must be an object with initial and evolve, such as decider(...) returns",
  ],
  ["load() with a store as evolver", call(load, store, store, "x"), "evolver.initial", "evolver.initial is missing"],
  ["load() without evolve", call(load, store, { initial }, "x"), "evolver.evolve", "evolver.evolve is missing"],
  ["given() without a decider", call(given, undefined), "decider", "decider is missing"],
  ["given() without decide", call(given, { initial, evolve }), "decider.decide", "decider.decide is missing"],
  [
    "withSnapshots() without a decider",
    call(withSnapshots, undefined, settings),
    "decider",
    "decider is missing: it must be an object with initial and evolve, such as decider(...) returns",
  ],
  [
    "withSnapshots() with an empty object",
    call(withSnapshots, {}, settings),
    "decider.initial",
    "decider.initial is missing: it must be a function",
  ],
  ["withSnapshots() without evolve", call(withSnapshots, { initial }, settings), "decider.evolve", "is missing"],
  [
    "withSnapshots() without settings",
    call(withSnapshots, account),
    "options",
    "are missing: pass an object with schema",
  ],
  [
    "withSnapshots() without a schema",
    call(withSnapshots, account, { ...settings, schema: undefined }),
    "schema",
    "schema is missing: it must be a whole number, 0 or more",
  ],
  [
    "withSnapshots() without a policy",
    call(withSnapshots, account, { ...settings, policy: undefined }),
    "policy",
    "policy is missing: it must be a snapshot policy, such as everyEvents(100)",
  ],
  [
    "withSnapshots() without onError",
    call(withSnapshots, account, { ...settings, onError: undefined }),
    "onError",
    "onError is missing: it must be a function",
  ],
  [
    "withSnapshots() with null as verify",
    call(withSnapshots, account, { ...settings, verify: null }),
    "verify",
    "verify must be true or false, not null",
  ],
  ["everyEvents() without a number", call(everyEvents), "events", "events is missing: it must be a whole number, 1 or"],
  [
    "olderThan() with a duration as a string",
    call(olderThan, "30d"),
    "milliseconds",
    'milliseconds must be a whole number of milliseconds, 1 or more, not "30d"',
  ],
  [
    "decider() without an event map",
    call(decider, undefined, account),
    "events",
    "events is missing: it must be an event map, such as events<...>() returns",
  ],
  [
    "decider() without parts",
    call(decider, AccountEvents),
    "options",
    "The options of decider are missing: pass an object with",
  ],
  [
    "decider() without initial",
    call(decider, AccountEvents, { evolve, decide }),
    "initial",
    "initial is missing: it must",
  ],
];

for (const [name, call, argument, message] of refused) {
  Deno.test(`${name} is refused, naming the argument and the fix`, async () => {
    const error = await assertRejects(async () => await call());
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals(error.argument, argument);
  });
}

const undecided: [name: string, decided: unknown, message: string][] = [
  [
    "undefined",
    undefined,
    'Cannot execute a command on "x": decide returned undefined. It must return an array of events, an empty one if ' +
    "the command changes nothing",
  ],
  ["null", null, "decide returned null. It must return an array of events"],
  [
    "one event",
    { type: "Filled", data: { amount: 1 } },
    'Cannot execute a command on "x": decide returned one event, "Filled". It must return an array of events: [event]',
  ],
  ["a string", "Filled", 'decide returned "Filled". It must return an array'],
  [
    "1,001 events",
    Array.from({ length: 1_001 }, () => ({ type: "Filled", data: { amount: 1 } })),
    "decide returned 1001 events. A commit has at most 1000",
  ],
];

for (const [name, decided, message] of undecided) {
  Deno.test(`execute() and given() name decide and the actor if decide returns ${name}`, async () => {
    const wrong = decider(AccountEvents, { ...account, decide: () => decided as never });
    const store = memory().store("a", AccountEvents);
    for (const run of [() => execute(store, wrong, "x", undefined), () => given(wrong).when(undefined).then()]) {
      const error = await assertRejects(async () => await run());
      assert(isAetherError(error, "invalid-argument"), String(error));
      assertStringIncludes(error.message.replace('"given"', '"x"'), message);
      assertEquals(error.argument, "decide");
    }
    assertEquals(await store.latestVersion("x"), 0);
  });
}

const unstorable: [name: string, event: unknown, path: string, message: string][] = [
  [
    "data that is not JSON",
    { type: "Filled", data: { amount: NaN } },
    "decided[1].data.amount",
    'Cannot execute a command on "x": decide returned an event "Filled" that cannot be stored. decided[1].data.amount is NaN',
  ],
  [
    "a type that is a number",
    { type: 7, data: {} },
    "decided[1].type",
    "decide returned an event that cannot be stored. decided[1].type must be a string, not 7",
  ],
  [
    "null",
    null,
    "decided[1]",
    "decide returned an event that cannot be stored. decided[1] must be an object with type and data, not null",
  ],
  [
    "a field that events do not have",
    { type: "Filled", data: {}, payload: 1 },
    'decided[1]["payload"]',
    'decide returned an event "Filled" that cannot be stored. decided[1]["payload"] is not a field of an event',
  ],
];

for (const [name, event, path, message] of unstorable) {
  Deno.test(`execute() names decide, the actor and the event type of an event with ${name}`, async () => {
    const good = { type: "Filled", data: { amount: 1 } };
    const wrong = decider(AccountEvents, { ...account, decide: () => [good, event] as never });
    const store = memory().store("a", AccountEvents);
    const error = await assertRejects(() => execute(store, wrong, "x", undefined));
    assert(isAetherError(error, "invalid-event"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals(error.path, path);
    assert(isAetherError(error.cause, "invalid-event"));
    assertEquals(await store.latestVersion("x"), 0);
  });
}

Deno.test("execute() accepts 1,000 decided events", async () => {
  const many = decider(AccountEvents, {
    ...account,
    decide: () => Array.from({ length: 1_000 }, () => ({ type: "Emptied" as const, data: {} })),
  });
  assertEquals((await execute(memory().store("a", AccountEvents), many, "x", undefined)).version, 1_000);
});

for (const [length, maxBytes] of [[63_999_997, 1_000_000], [63_999_998, 64_000_000]] as const) {
  Deno.test(`execute() refuses a decided event with a string of ${length} bytes by the limit of ${maxBytes}`, async () => {
    const data = { note: "x".repeat(length), last: 1 };
    const large = decider(AccountEvents, { ...account, decide: () => [{ type: "Emptied", data }] });
    const error = await assertRejects(() => execute(memory().store("a", AccountEvents), large, "x", undefined));
    assert(isAetherError(error, "too-large"), String(error));
    assertEquals(error.maxBytes, maxBytes);
  });
}
