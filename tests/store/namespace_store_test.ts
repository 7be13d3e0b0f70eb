import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import type { Commit } from "@flowmade-one/aether/adapter";
import { OutcomeUnknownError } from "@flowmade-one/aether/errors";
import { gate, scriptedStore } from "./scripted_log.ts";

const made = [{ type: "Made", data: null }];
const identity = "3f9c0a1b2c4d";
const stored = { ok: true, version: 1, identity, offset: 1, duplicate: false } as const;

Deno.test("append() passes a checked commit to the driver and returns its result", async () => {
  const commits: Commit[] = [];
  const store = scriptedStore({ append: (commit) => (commits.push(commit), stored) });
  const result = await store.append("a", made, { expectedVersion: 0, commitId: "c1" });
  const { version, position, commitId, duplicate } = result;
  assertEquals([version, position as string, commitId, duplicate], [1, "3f9c0a1b2c4d-1000000000002047", "c1", false]);
  const { actorId, expectedVersion, id, events } = commits[0]!;
  assertEquals([actorId, expectedVersion, id, events.length], ["a", 0, "c1", 1]);
});

Deno.test("append() awaits a driver that returns a promise", async () => {
  const store = scriptedStore({ append: () => Promise.resolve(stored), latestVersion: () => Promise.resolve(7) });
  assertEquals((await store.append("a", made, { expectedVersion: 0 })).version, 1);
  assertEquals(await store.latestVersion("a"), 7);
});

for (const expectedVersion of [0, 3, "exists"] as const) {
  Deno.test(`append() rejects with both versions if the driver finds no version ${expectedVersion}`, async () => {
    const store = scriptedStore({ append: () => ({ ok: false, actual: 5 }) });
    const error = await assertRejects(() => store.append("a", made, { expectedVersion }));
    assert(isAetherError(error, "version-conflict"));
    const { namespace, actorId, expected, actual } = error;
    assertEquals([namespace as string, actorId, expected, actual], ["scripted", "a", expectedVersion, 5]);
  });
}

Deno.test('append() rejects with a TypeError if the driver reports a conflict for "any"', async () => {
  const store = scriptedStore({ append: () => ({ ok: false, actual: 5 }) });
  await assertRejects(() => store.append("a", made, { expectedVersion: "any" }), TypeError, "expects nothing");
});

Deno.test("append() rejects with a driver's error unchanged", async () => {
  const failure = new RangeError("the disk failed");
  const store = scriptedStore({
    append: () => {
      throw failure;
    },
    latestVersion: () => Promise.reject(failure),
  });
  for (const failing of [store.append("a", made, { expectedVersion: 0 }), store.latestVersion("a")]) {
    assertEquals(await assertRejects(() => failing), failure);
  }
});

for (
  const options of [{ expectedVersion: 0, commitId: "c1" }, { expectedVersion: 0 }, { expectedVersion: "any" }] as const
) {
  const isRetryable = "commitId" in options;
  Deno.test(`append(${JSON.stringify(options)}) rejects with an unknown outcome that ${isRetryable ? "is" : "is not"} retryable`, async () => {
    const cause = new Error("the answer was lost");
    const store = scriptedStore({
      append: ({ actorId, id: commitId }) => {
        throw new OutcomeUnknownError("It is not known", { namespace: store.namespace, actorId, commitId }, { cause });
      },
    });
    const error = await assertRejects(() => store.append("a", made, options));
    assert(isAetherError(error, "outcome-unknown"), String(error));
    assertEquals([error.isRetryable, error.message, error.cause], [isRetryable, "It is not known", cause]);
    assertEquals([error.actorId, error.commitId === "c1"], ["a", isRetryable]);
  });
}

Deno.test("close() waits for a running append, which succeeds", async () => {
  const answered = gate();
  const store = scriptedStore({ append: () => answered.opened.then(() => stored) });
  const order: string[] = [];
  const appending = store.append("a", made, { expectedVersion: 0 }).then(() => order.push("stored"));
  const closing = store.close().then(() => order.push("closed"));
  answered.open();
  await Promise.all([appending, closing]);
  assertEquals(order, ["stored", "closed"]);
});

Deno.test("close() succeeds if a running append fails", async () => {
  const store = scriptedStore({ append: () => Promise.reject(new RangeError("the disk failed")) });
  const failing = assertRejects(() => store.append("a", made, { expectedVersion: 0 }), RangeError);
  await store.close();
  await failing;
});

Deno.test("EventStore refuses invalid arguments and aborted signals without a call of the driver", async () => {
  const store = scriptedStore({});
  const aborted = AbortSignal.abort();
  const refusals: [call: () => unknown, code: string][] = [
    [() => store.append("a.", made, { expectedVersion: 0 }), "invalid-actor-id"],
    [() => store.append("a", [], { expectedVersion: 0 }), "invalid-argument"],
    [() => store.append("a", made, {} as never), "invalid-argument"],
    [() => store.append("a", made, undefined as never), "invalid-argument"],
    [() => store.append("a", made, { expectedVersion: 0, expectedversion: 1 } as never), "invalid-argument"],
    [() => store.append("a", made, { expectedVersion: 0, signal: {} as AbortSignal }), "invalid-argument"],
    [() => store.append("a", made, { expectedVersion: 0, signal: aborted }), "aborted"],
    [() => store.latestVersion("*"), "invalid-actor-id"],
    [() => store.latestVersion("a", { at: 1 } as never), "invalid-argument"],
    [() => store.latestVersion("a", { signal: aborted }), "aborted"],
    [() => store.snapshots.latest("*"), "invalid-actor-id"],
    [() => store.snapshots.latest("a", { atMost: 0 }), "invalid-argument"],
    [() => store.snapshots.latest("a", { signal: aborted }), "aborted"],
  ];
  for (const [call, code] of refusals) {
    const error = await assertRejects(async () => await call());
    assert(isAetherError(error), `${call}: ${error}`);
    assertEquals(error.code as string, code);
  }
});

Deno.test("read(), readAll() and subscribe() throw synchronously for invalid arguments", () => {
  const store = scriptedStore({});
  const aborted = AbortSignal.abort();
  const refusals: [call: () => unknown, code: string][] = [
    [() => store.read("a..b"), "invalid-actor-id"],
    [() => store.read("a", { from: 0 }), "invalid-argument"],
    [() => store.read("a", { from: 1.5 }), "invalid-argument"],
    [() => store.read("a", { to: 0 }), "invalid-argument"],
    [() => store.read("a", { to: Infinity }), "invalid-argument"],
    [() => store.read("a", { limit: 0 }), "invalid-argument"],
    [() => store.read("a", { limit: -1 }), "invalid-argument"],
    [() => store.read("a", { limit: "1" as never }), "invalid-argument"],
    [() => store.read("a", { direction: "up" as never }), "invalid-argument"],
    [() => store.read("a", { form: 1 } as never), "invalid-argument"],
    [() => store.read("a", null as never), "invalid-argument"],
    [() => store.read("a", { signal: aborted }), "aborted"],
    [() => store.readAll({ after: "now" as never }), "invalid-argument"],
    [() => store.readAll({ after: "1" as never }), "invalid-argument"],
    [() => store.readAll({ after: 1 as never }), "invalid-argument"],
    [() => store.readAll({ limit: 0 }), "invalid-argument"],
    [() => store.readAll({ types: [] }), "invalid-argument"],
    [() => store.readAll({ types: "Made" as never }), "invalid-argument"],
    [() => store.readAll({ types: [1] as never }), "invalid-argument"],
    [() => store.readAll({ types: [""] }), "invalid-argument"],
    [() => store.readAll({ actors: "a*" }), "invalid-pattern"],
    [() => store.readAll({ from: 1 } as never), "invalid-argument"],
    [() => store.readAll({ signal: aborted }), "aborted"],
    [() => store.subscribe({ after: "later" as never }), "invalid-argument"],
    [() => store.subscribe({ limit: 1 } as never), "invalid-argument"],
    [() => store.subscribe({ actors: ">.a" }), "invalid-pattern"],
    [() => store.subscribe({ types: [] }), "invalid-argument"],
    [() => store.subscribe({ signal: aborted }), "aborted"],
    [() => store.subscribe({ signal: "x" as never }), "invalid-argument"],
  ];
  for (const [call, code] of refusals) {
    const error = assertThrows(call);
    assert(isAetherError(error), `${call}: ${error}`);
    assertEquals(error.code as string, code);
  }
});

Deno.test("readAll() passes its limit to the driver only without types", () => {
  const limits: number[] = [];
  const store = scriptedStore({ readLog: ({ limit }) => (limits.push(limit), []) });
  return Promise.all([store.readAll({ limit: 5 }).toArray(), store.readAll({ limit: 5, types: ["A"] }).toArray()])
    .then(() => assertEquals(limits, [5, Infinity]));
});

Deno.test("append() does not store an event whose accessor closes the store", async () => {
  const store = scriptedStore({ append: () => assert(false, "the event was stored") as never });
  const event = {
    data: null,
    get type() {
      store.close();
      return "Made";
    },
  };
  assert(isAetherError(await assertRejects(() => store.append("a", [event], { expectedVersion: 0 })), "closed"));
});

Deno.test("append() and latestVersion() await a thenable of the driver", async () => {
  const thenable = <T>(value: T) =>
    ({ then: (resolve: (value: T) => void) => resolve(value) }) as unknown as Promise<T>;
  const store = scriptedStore({ append: () => thenable(stored), latestVersion: () => thenable(7) });
  assertEquals((await store.append("a", made, { expectedVersion: 0 })).version, 1);
  assertEquals(await store.latestVersion("a"), 7);
});

Deno.test("append() rejects with an AbortError if the driver throws the signal's reason synchronously", async () => {
  const controller = new AbortController();
  const store = scriptedStore({
    append: (_, signal) => {
      controller.abort();
      signal?.throwIfAborted();
      return stored;
    },
  });
  const { signal } = controller;
  assert(isAetherError(await assertRejects(() => store.append("a", made, { expectedVersion: 0, signal })), "aborted"));
});

Deno.test("read() refuses an array as options, and readAll() refuses types with a hole", () => {
  const store = scriptedStore({});
  assert(isAetherError(assertThrows(() => store.read("a", [] as never)), "invalid-argument"));
  // deno-lint-ignore no-sparse-arrays -- the test needs a hole
  assert(isAetherError(assertThrows(() => store.readAll({ types: [,] as never })), "invalid-argument"));
});
