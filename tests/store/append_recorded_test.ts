import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  decider,
  type EventStore,
  execute,
  isAetherError,
  OutcomeUnknownError,
  UnreachableError,
} from "@flowmade-one/aether";
import { account, AccountEvents, filled } from "../state/account.ts";
import { newStore } from "../state/raced.ts";

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

/** A store in front of one, whose reads of what was stored go wrong, so many times. */
function forgetful(store: EventStore<AccountEvents>, times: number, read: EventStore<AccountEvents>["read"]) {
  let isStored = false;
  let left = times;
  const wrapped = {
    namespace: store.namespace,
    append: async (...call: Parameters<typeof store.append>) => {
      const result = await store.append(...call);
      isStored = true;
      return result;
    },
    read: (...call: Parameters<typeof store.read>) =>
      isStored && left-- > 0 ? read.call(store, ...call) : store.read(...call),
  };
  return wrapped as unknown as EventStore<AccountEvents>;
}

const failures: [what: string, read: EventStore<AccountEvents>["read"], cause: string][] = [
  ["fails", () => failing(new UnreachableError("Cannot read: nobody answers")), "UnreachableError: Cannot read"],
  ["throws", () => {
    throw new Error("no");
  }, "Error: no"],
  ["gives nothing", () => failing(), "TypeError: The store gave no event of version 2"],
  ["gives the commit before", () => newStoreOf(1).read("x"), "TypeError: The store gave no event of version 2"],
];

for (const [what, read, cause] of failures) {
  for (const commitId of ["c1", undefined]) {
    const name = commitId === undefined ? "an id that was made" : "the command's id";
    Deno.test(`a store that has stored and whose read then ${what} is told as unknown, with ${name}`, async () => {
      const store = newStoreOf(1);
      const wrapped = forgetful(store, 1, read);
      const error = await assertRejects(() => execute(wrapped, account, "x", { fill: 3 }, { commitId, attempts: 3 }));
      assert(isAetherError(error, "outcome-unknown"), String(error));
      assertStringIncludes(String(error.cause), cause);
      const [, stored] = await store.read("x").collect();
      assertEquals([error.namespace as string, error.actorId, error.commitId], ["a", "x", stored!.commitId]);
      assertEquals(error.commitId, commitId ?? stored!.commitId);
      const again = await execute(wrapped, account, "x", { fill: 3 }, { commitId: error.commitId });
      assertEquals([again.duplicate, again.version, again.events], [true, 2, [stored!]]);
    });
  }
}

Deno.test("a store that has stored two events and whose read then gives the last one is told as unknown", async () => {
  const store = newStoreOf(1);
  const wrapped = forgetful(store, 1, () => store.read("x", { from: 3 }));
  const twice = decider(AccountEvents, { ...account, decide: () => filled(1, 2) });
  const error = await assertRejects(() => execute(wrapped, twice, "x", undefined, { commitId: "c1" }));
  assert(isAetherError(error, "outcome-unknown"), String(error));
  assertStringIncludes(String(error.cause), "TypeError: The store gave 1 of the 2 events up to version 3");
  const again = await execute(wrapped, twice, "x", undefined, { commitId: "c1" });
  assertEquals([again.duplicate, again.version, again.events.length], [true, 3, 2]);
});

function newStoreOf(...amounts: number[]): EventStore<AccountEvents> {
  const store = newStore();
  void store.append("x", filled(...amounts), { expectedVersion: 0 });
  return store;
}

/** A reader that fails, or ends at once. */
function failing(error?: unknown): ReturnType<EventStore<AccountEvents>["read"]> {
  const next = () => error === undefined ? Promise.resolve({ done: true }) : Promise.reject(error);
  return { [Symbol.asyncIterator]: () => ({ next }) } as never;
}
