import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, type EventStore, execute, isAetherError } from "@flowmade-one/aether";
import { OutcomeUnknownError, UnavailableError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { account, AccountEvents, filled } from "../state/account.ts";
import { newStore } from "../state/raced.ts";

Deno.test("appendRecorded() reads the stored events from a store that wraps another", async () => {
  const store = newStore();
  const { append } = store;
  const wrapped: EventStore<AccountEvents> = Object.create(null, {
    read: { value: store.read.bind(store) },
    append: { value: append.bind(store) },
  });
  await execute(wrapped, account, "x", { fill: 3 });
  const { state, events } = await execute(wrapped, account, "x", { fill: 4 });
  assertEquals(state.balance, 7);
  assertEquals(events, await store.read("x", { from: 2 }).toArray());
});

Deno.test("execute() returns the events of the append's result without reading them", async () => {
  const store = newStore();
  const { read } = store;
  const seen: unknown[] = [];
  store.read = (...call) => {
    seen.push(call[1]?.direction ?? "forwards");
    return read.apply(store, call);
  };
  const { events } = await execute(store, account, "x", { fill: 3 });
  assertEquals(seen, ["forwards"]);
  assertEquals(events, await store.read("x").toArray());
});

Deno.test("execute() on a store that wraps another uses the ids of the backend's newId", async () => {
  let ids = 0;
  const store = memory({ newId: () => `id-${++ids}` }).store("a", AccountEvents);
  const { append, read } = store;
  const passing: EventStore<AccountEvents> = Object.assign(Object.create(store), {
    append: append.bind(store),
    read: read.bind(store),
  });
  const { events: [event] } = await execute(passing, account, "x", { fill: 3 });
  assertEquals([event!.id, event!.commitId], ["id-1", "id-2"]);
});

Deno.test("execute() evolves by the events that a wrapping store returns after it has changed them", async () => {
  const store = newStore();
  const times = (factor: number) => <T extends { readonly type: string; readonly data: object }>(event: T): T =>
    event.type === "Filled"
      ? { ...event, data: { amount: (event.data as AccountEvents["Filled"]).amount * factor } }
      : event;
  const doubling = {
    namespace: store.namespace,
    append: async (...[actorId, events, options]: Parameters<typeof store.append>) => {
      const result = await store.append(actorId, events.map(times(2)), options);
      return { ...result, events: result.events?.map(times(1 / 2)) };
    },
    read: (...call: Parameters<typeof store.read>) => {
      const reader = store.read(...call);
      return {
        async *[Symbol.asyncIterator]() {
          for await (const event of reader) yield times(1 / 2)(event);
        },
      };
    },
  } as unknown as EventStore<AccountEvents>;
  assertEquals((await execute(doubling, account, "x", { fill: 3 })).state.balance, 3);
  assertEquals((await execute(doubling, account, "x", { fill: 4 })).state.balance, 7);
  assertEquals((await execute(store, account, "x", "nothing")).state.balance, 14);
});

Deno.test("appendRecorded() uses the append of the wrapping store", async () => {
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
  assertEquals(events, await store.read("x").toArray());
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

for (const isRetryable of [true, false]) {
  const options = isRetryable ? { commitId: "c1" } : {};
  Deno.test(`execute() with ${JSON.stringify(options)} changes an unknown outcome of a wrapped store`, async () => {
    const store = newStore();
    const wrapped = Object.create(store, {
      append: {
        value: async (actorId: string, ...args: [never, never]) => {
          const { commitId } = await store.append(actorId, ...args);
          throw new OutcomeUnknownError("lost", {
            namespace: store.namespace,
            actorId,
            commitId,
            isRetryable: !isRetryable,
          });
        },
      },
    });
    const error = await assertRejects(() => execute(wrapped as typeof store, account, "x", { fill: 3 }, options));
    assert(isAetherError(error, "outcome-unknown"), String(error));
    assertEquals([error.isRetryable, "cause" in error], [isRetryable, false]);
  });
}

Deno.test("appendRecorded() rejects with an unknown outcome and its commit id", async () => {
  const store = newStore();
  let commitId = "";
  const withLostReply = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== "append") return typeof value === "function" ? value.bind(target) : value;
      return async (...args: Parameters<typeof store.append>) => {
        await store.append(...args);
        const [event] = await store.read("x").toArray();
        commitId = event!.commitId;
        throw new OutcomeUnknownError("It is not known", { namespace: store.namespace, actorId: "x", commitId });
      };
    },
  });
  const error = await assertRejects(() => execute(withLostReply, account, "x", { fill: 3 }, { attempts: 5 }));
  assert(isAetherError(error, "outcome-unknown"), String(error));
  assertEquals(error.commitId, commitId);
  const { duplicate, version } = await execute(store, account, "x", { fill: 3 }, { commitId });
  assertEquals([duplicate, version], [true, 1]);
});

/** A store that wraps another store. After the first append, `read` replaces a number of its reads. */
function withFailingReads(store: EventStore<AccountEvents>, times: number, read: EventStore<AccountEvents>["read"]) {
  let isStored = false;
  let left = times;
  const wrapped = {
    namespace: store.namespace,
    append: async (...call: Parameters<typeof store.append>) => {
      const result = await store.append(...call);
      isStored = true;
      return { ...result }; // A copy, which has no events.
    },
    read: (...call: Parameters<typeof store.read>) =>
      isStored && left-- > 0 ? read.call(store, ...call) : store.read(...call),
  };
  return wrapped as unknown as EventStore<AccountEvents>;
}

const failures: [title: string, read: EventStore<AccountEvents>["read"], cause: string][] = [
  [
    "fails",
    () => failing(new UnavailableError("Cannot read: the storage does not answer")),
    "UnavailableError: Cannot read",
  ],
  ["throws", () => {
    throw new Error("no");
  }, "Error: no"],
  ["returns no event", () => failing(), "TypeError: The store returned no event of version 2"],
  ["returns the commit before", () => newStoreOf(1).read("x"), "TypeError: The store returned no event of version 2"],
];

for (const [title, read, cause] of failures) {
  for (const commitId of ["c1", undefined]) {
    const name = commitId === undefined ? "a generated commit id" : "the command's commit id";
    Deno.test(`appendRecorded() throws an OutcomeUnknownError if the read after the append ${title}, with ${name}`, async () => {
      const store = newStoreOf(1);
      const wrapped = withFailingReads(store, 1, read);
      const error = await assertRejects(() => execute(wrapped, account, "x", { fill: 3 }, { commitId, attempts: 3 }));
      assert(isAetherError(error, "outcome-unknown"), String(error));
      assertStringIncludes(String(error.cause), cause);
      const [, stored] = await store.read("x").toArray();
      assertEquals([error.namespace as string, error.actorId, error.commitId], ["a", "x", stored!.commitId]);
      assertEquals(error.commitId, commitId ?? stored!.commitId);
      assertEquals(error.isRetryable, commitId !== undefined);
      const again = await execute(wrapped, account, "x", { fill: 3 }, { commitId: error.commitId });
      assertEquals([again.duplicate, again.version, again.events], [true, 2, [stored!]]);
    });
  }
}

Deno.test("appendRecorded() throws an OutcomeUnknownError if the read returns one of two events", async () => {
  const store = newStoreOf(1);
  const wrapped = withFailingReads(store, 1, () => store.read("x", { from: 3 }));
  const twice = decider(AccountEvents, { ...account, decide: () => filled(1, 2) });
  const error = await assertRejects(() => execute(wrapped, twice, "x", undefined, { commitId: "c1" }));
  assert(isAetherError(error, "outcome-unknown"), String(error));
  assertStringIncludes(String(error.cause), "TypeError: The store returned 1 of the 2 events up to version 3");
  const again = await execute(wrapped, twice, "x", undefined, { commitId: "c1" });
  assertEquals([again.duplicate, again.version, again.events.length], [true, 3, 2]);
});

function newStoreOf(...amounts: number[]): EventStore<AccountEvents> {
  const store = newStore();
  void store.append("x", filled(...amounts), { expectedVersion: 0 });
  return store;
}

/** A reader that fails with an error, or without one ends at once. */
function failing(error?: unknown): ReturnType<EventStore<AccountEvents>["read"]> {
  const next = () => error === undefined ? Promise.resolve({ done: true }) : Promise.reject(error);
  return { [Symbol.asyncIterator]: () => ({ next }) } as never;
}
