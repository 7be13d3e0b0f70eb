import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Backend,
  decider,
  type EventStore,
  everyEvents,
  execute,
  isAetherError,
  load,
  never,
  type SnapshotSettings,
  withSnapshots,
} from "@flowmade-one/aether";
import { createBackend, type Log } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { FaultyDriver } from "../conformance/faulty_driver.ts";
import { type Account, account, AccountEvents, filled } from "./account.ts";

/** The account with snapshots, and what went wrong with them. */
function snapshotted(settings: Partial<SnapshotSettings<Account>> = {}) {
  const problems: unknown[] = [];
  const onError = (error: unknown) => void problems.push(error);
  const snapshots = { schema: 1, policy: everyEvents(10), keep: 5, onError, ...settings };
  return { account: withSnapshots(account, snapshots), problems };
}

/** A backend in memory with a fault, and what was asked of it. */
function faulty(fault: (log: Log) => Partial<Log>): { backend: Backend; asked: string[] } {
  const asked: string[] = [];
  const noting = (log: Log): Partial<Log> => {
    const faults = { ...log, ...fault(log) };
    return {
      ...fault(log),
      putSnapshot: (actorId, snapshot, keep, signal) => {
        asked.push(`put ${snapshot.version}`);
        return (faults.putSnapshot ?? log.putSnapshot.bind(log))(actorId, snapshot, keep, signal);
      },
      readActor: (actorId, range, signal) => {
        asked.push(`read ${range.backwards ? "back" : "from"} ${range.backwards ? range.to : range.from}`);
        return log.readActor(actorId, range, signal);
      },
    };
  };
  return { backend: createBackend(new FaultyDriver(new MemoryDriver({}), { fault: noting })), asked };
}

async function fill(store: EventStore<AccountEvents>, events: number): Promise<void> {
  const version = await store.latestVersion("x");
  for (let i = version; i < events; i++) await store.append("x", filled(i + 1), { expectedVersion: i });
}

/** Puts a snapshot as a load would, with changes. */
async function put(store: EventStore<AccountEvents>, version: number, change: object = {}): Promise<void> {
  const { state } = await load(store, account, "x", { to: version });
  const [event] = await store.read("x", { from: version, limit: 1 }).collect();
  const snapshot = { version, schema: 1, eventId: event?.id ?? "none", state, ...change };
  await store.snapshots.put("x", snapshot, { keep: 100 });
}

const uses: [
  what: string,
  put: (store: EventStore<AccountEvents>) => Promise<void>,
  to: number | undefined,
  from: number,
][] = [
  ["there is none", () => Promise.resolve(), undefined, 0],
  ["there is one", (store) => put(store, 7), undefined, 7],
  ["there is one of the last version", (store) => put(store, 20), undefined, 20],
  ["there are two: the newer one", async (store) => (await put(store, 7), await put(store, 12)), undefined, 12],
  ["one is newer than asked for", (store) => put(store, 7), 6, 0],
  ["one is of the version asked for", (store) => put(store, 7), 7, 7],
  ["one of two is newer than asked for", async (store) => (await put(store, 7), await put(store, 12)), 11, 7],
  ["it is of another schema", (store) => put(store, 7, { schema: 2 }), undefined, 0],
  [
    "the newer of two is of another schema",
    async (store) => {
      await put(store, 7);
      await put(store, 12, { schema: 2, state: { other: 1 } });
    },
    undefined,
    7,
  ],
  [
    "the newest of many are of other schemas",
    async (store) => {
      await put(store, 3);
      for (let version = 4; version <= 19; version++) await put(store, version, { schema: version, state: 0 });
    },
    undefined,
    3,
  ],
  [
    "it is of another history",
    (store) => put(store, 7, { eventId: "another", state: { balance: 1, log: [] } }),
    undefined,
    0,
  ],
  [
    "the newer of two is of another history",
    async (store) => {
      await put(store, 7);
      await put(store, 12, { eventId: "another", state: { balance: 1, log: [] } });
    },
    undefined,
    7,
  ],
  ["it is newer than the actor", (store) => put(store, 25, { state: { balance: 1, log: [] } }), undefined, 0],
  [
    "the newer of two is newer than the actor",
    async (store) => {
      await put(store, 7);
      await put(store, 21, { state: { balance: 1, log: [] } });
    },
    undefined,
    7,
  ],
  ["one of version 1 is of another history", (store) => put(store, 1, { eventId: "another" }), undefined, 0],
];

for (const [what, putSnapshots, to, from] of uses) {
  Deno.test(`a load begins from ${from === 0 ? "the first event" : `version ${from}`} where ${what}`, async () => {
    const store = memory().store("a", AccountEvents);
    await fill(store, 20);
    await putSnapshots(store);
    const { account: order, problems } = snapshotted({ policy: never });
    const loaded = await load(store, order, "x", { to });
    assertEquals(loaded, { ...await load(store, account, "x", { to }), snapshotVersion: from });
    assertEquals(problems, []);
  });
}

Deno.test("a load with a snapshot reads its event and what follows, once", async () => {
  const { backend, asked } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 20);
  await put(store, 15);
  asked.length = 0;
  await load(store, snapshotted({ policy: never }).account, "x");
  assertEquals(asked, ["read from 15"]);
});

Deno.test("a damaged snapshot is passed over for an older one", async () => {
  const { backend } = faulty((log) => ({
    getSnapshot: (actorId, atMost, signal) =>
      atMost >= 12
        ? { version: 12, bytes: new TextEncoder().encode('{"schema":1,') }
        : log.getSnapshot(actorId, atMost, signal),
  }));
  const store = backend.store("a", AccountEvents);
  await fill(store, 20);
  await put(store, 7);
  const loaded = await load(store, snapshotted({ policy: never }).account, "x");
  assertEquals(loaded, { ...await load(store, account, "x"), snapshotVersion: 7 });
});

Deno.test("snapshots that cannot be found are told, and the events are replayed", async () => {
  const { backend } = faulty(() => ({ getSnapshot: () => Promise.reject(new Error("on fire")) }));
  const store = backend.store("a", AccountEvents);
  await fill(store, 20);
  const { account: order, problems } = snapshotted({ policy: never });
  assertEquals(await load(store, order, "x"), await load(store, account, "x"));
  assertEquals(problems.map(String), ["Error: on fire"]);
});

Deno.test("snapshots that answer with a newer one than asked for are told, and not asked for ever", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 20);
  const { account: order, problems } = snapshotted({ policy: never });
  for (const schema of [1, 2]) {
    const snapshot = { version: 21, schema, eventId: "e", state: { balance: 0, log: [] } };
    const snapshots = { put: () => Promise.resolve(), latest: () => Promise.resolve(snapshot) };
    const source = { read: store.read.bind(store), snapshots } as unknown as typeof store;
    assertEquals((await load(source, order, "x")).state.balance, 210);
  }
  assertEquals(
    problems.map(String),
    Array(2).fill(
      "TypeError: The snapshots gave one of version 21 where 20 at most was asked for",
    ),
  );
});

const expired: [left: number, snapshotAt: number, ok: boolean, because: string][] = [
  [12, 10, true, "below the snapshot"],
  [11, 10, true, "up to the event that the snapshot stands on"],
  [10, 10, false, "with the event that the snapshot stands on"],
  [1, 10, false, "almost all of it"],
];

for (const [left, version, ok, because] of expired) {
  Deno.test(`when history has expired ${because}, a load ${ok ? "goes on from the snapshot" : "fails"}`, async () => {
    const store = memory({ retention: { maxCommits: left } }).store("a", AccountEvents);
    for (let i = 0; i < 20; i++) {
      if (i === version) {
        const [event] = await store.read("x", { direction: "backwards", limit: 1 }).collect();
        const state = { balance: 55, log: ["all before"] };
        await store.snapshots.put("x", { version, schema: 1, eventId: event!.id, state });
      }
      await store.append("x", filled(i + 1), { expectedVersion: i });
    }
    const { account: order, problems } = snapshotted({ policy: never, verify: true });
    const loading = load(store, order, "x");
    if (ok) {
      assertEquals((await loading).state.balance, 210);
      assertEquals((await loading).snapshotVersion, version);
    } else {
      const error = await assertRejects(() => loading);
      assert(isAetherError(error, "events-expired"), String(error));
      assertEquals(error.firstAvailable, 21 - left);
    }
    assertEquals(problems, []);
  });
}

Deno.test("executions write a snapshot when the policy says so, with the id of its event", async () => {
  await using backend = memory();
  const store = backend.store("a", AccountEvents);
  const { account: order, problems } = snapshotted({ schema: 7 });
  for (let i = 1; i <= 25; i++) await execute(store, order, "x", { fill: i });
  for (const [atMost, version] of [[99, 20], [19, 10]] as const) {
    const snapshot = await store.snapshots.latest("x", { atMost });
    const [event] = await store.read("x", { from: version, limit: 1 }).collect();
    const { state } = await load(store, account, "x", { to: version });
    assertEquals(snapshot, { version, schema: 7, eventId: event!.id, state });
  }
  assertEquals(await store.snapshots.latest("x", { atMost: 9 }), undefined);
  assertEquals(problems, []);
  assertEquals((await load(store, order, "x")).snapshotVersion, 20);
});

Deno.test("a load of the last version writes a snapshot too, one of a past version does not", async () => {
  const { backend, asked } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 15);
  const { account: order } = snapshotted();
  asked.length = 0;
  await load(store, order, "x", { to: 12 });
  assertEquals(asked, ["read from 1"]);
  await load(store, order, "x");
  await load(store, order, "x");
  assertEquals(asked, ["read from 1", "read from 1", "put 15", "read from 15"]);
});

Deno.test("a command that decides nothing has a snapshot written as well", async () => {
  const { backend, asked } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 15);
  asked.length = 0;
  await execute(store, snapshotted().account, "x", "nothing");
  assertEquals(asked, ["read from 1", "put 15"]);
});

Deno.test("only as many snapshots stay as keep says", async () => {
  const store = memory().store("a", AccountEvents);
  const { account: order } = snapshotted({ keep: 2 });
  for (let i = 1; i <= 45; i++) await execute(store, order, "x", { fill: i });
  assertEquals((await store.snapshots.latest("x"))?.version, 40);
  assertEquals((await store.snapshots.latest("x", { atMost: 39 }))?.version, 30);
  assertEquals(await store.snapshots.latest("x", { atMost: 29 }), undefined);
});

Deno.test("nothing waits for a snapshot to be written, and nothing fails by it", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const { backend, asked } = faulty(() => ({ putSnapshot: () => promise }));
  const store = backend.store("a", AccountEvents);
  const { account: order, problems } = snapshotted();
  for (let i = 1; i <= 12; i++) await execute(store, order, "x", { fill: i });
  assertEquals(asked.filter((what) => what.startsWith("put")), ["put 10"], "one at most is on its way");
  reject(new Error("on fire"));
  await backend.close();
  assertEquals(problems.map(String), ["Error: on fire"]);
});

Deno.test("after a failure the next one is due at once", async () => {
  let failures = 2;
  const { backend, asked } = faulty((log) => ({
    putSnapshot: (actorId, snapshot, keep, signal) => {
      if (failures-- > 0) throw new Error("on fire");
      return log.putSnapshot(actorId, snapshot, keep, signal);
    },
  }));
  const store = backend.store("a", AccountEvents);
  const { account: order, problems } = snapshotted();
  for (let i = 1; i <= 14; i++) await execute(store, order, "x", { fill: i });
  assertEquals(asked.filter((what) => what.startsWith("put")), ["put 10", "put 11", "put 12"]);
  assertEquals(problems.length, 2);
});

for (const what of ["store", "backend"] as const) {
  Deno.test(`closing the ${what} waits for the snapshots on their way`, async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { backend } = faulty((log) => ({
      putSnapshot: async (...args) => {
        await promise;
        await log.putSnapshot(...args);
      },
    }));
    const store = backend.store("a", AccountEvents);
    const other = backend.store("a", AccountEvents);
    const { account: order, problems } = snapshotted();
    await store.append("x", filled(...Array(9).fill(1)), { expectedVersion: 0 });
    await execute(store, order, "x", { fill: 1 });
    let isClosed = false;
    const closing = (what === "store" ? store : backend).close().then(() => isClosed = true);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    assertEquals(isClosed, false);
    resolve();
    await closing;
    assertEquals(problems, []);
    if (what === "store") assertEquals((await other.snapshots.latest("x"))?.version, 10);
  });
}

Deno.test("executions at the same time, of several stores, write each snapshot once", async () => {
  const { backend, asked } = faulty(() => ({}));
  const stores = [1, 2, 3].map(() => backend.store("a", AccountEvents));
  await fill(stores[0]!, 9);
  const { account: order } = snapshotted();
  const options = { attempts: 50, pause: () => Promise.resolve() };
  await Promise.all(stores.map((store) => execute(store, order, "x", "nothing", options)));
  assertEquals(asked.filter((what) => what.startsWith("put")), []);
  await execute(stores[0]!, snapshotted({ policy: never }).account, "x", { fill: 1 });
  await Promise.all(stores.map((store) => load(store, order, "x")));
  assertEquals(asked.filter((what) => what.startsWith("put")), ["put 10"]);
});

Deno.test("what others wrote while an execution was deciding is not written again", async () => {
  const { backend, asked } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 10);
  const { account: order } = snapshotted();
  const { promise, resolve } = Promise.withResolvers<[]>();
  const loaded = Promise.withResolvers<void>();
  const slow = { ...order, decide: () => (loaded.resolve(), promise) };
  const slowly = execute(store, slow, "x", "nothing");
  await loaded.promise;
  await load(store, order, "x");
  resolve([]);
  await slowly;
  assertEquals(asked.filter((what) => what.startsWith("put")), ["put 10"]);
});

Deno.test("a snapshot that was lost is written again", async () => {
  const { backend, asked } = faulty(() => ({ getSnapshot: () => undefined }));
  const store = backend.store("a", AccountEvents);
  await fill(store, 10);
  const { account: order } = snapshotted();
  await load(store, order, "x");
  await load(store, order, "x");
  assertEquals(asked.filter((what) => what.startsWith("put")), ["put 10", "put 10"]);
});

Deno.test("a state that is not JSON is told when a snapshot of it is due, and nothing else fails", async () => {
  const store = memory().store("a", AccountEvents);
  const problems: unknown[] = [];
  const plain = decider(AccountEvents, { initial: () => ({ at: new Date(0) }), evolve: (at) => at, decide: () => [] });
  const onError = (error: unknown, actor: unknown) => problems.push([error, actor]);
  const dates = withSnapshots(plain, { schema: 1, policy: everyEvents(1), onError } as never);
  await fill(store, 1);
  assertEquals((await load(store, dates, "x")).version, 1);
  await Promise.resolve();
  const [[error, actor]] = problems as [[unknown, unknown]];
  assert(isAetherError(error, "invalid-event"), String(error));
  assertEquals(error.path, "snapshot.state.at");
  assertEquals(actor, { namespace: "a", actorId: "x" });
});

const wrongPolicies: [policy: SnapshotSettings<Account>["policy"], says: string][] = [
  [() => {
    throw new Error("no");
  }, "Error: no"],
  [
    (() => Promise.resolve(false)) as never,
    "InvalidArgumentError: A snapshot policy must return true or false, not an object",
  ],
];

for (const [policy, says] of wrongPolicies) {
  Deno.test(`a policy that fails is told, and no snapshot is written: ${says}`, async () => {
    const store = memory().store("a", AccountEvents);
    const { account: order, problems } = snapshotted({ policy });
    assertEquals((await execute(store, order, "x", { fill: 1 })).version, 1);
    assertEquals(problems.map(String), [says]);
    assertEquals(await store.snapshots.latest("x"), undefined);
  });
}

Deno.test("a policy goes by facts of what happened since the snapshot, and by the clock it is given", async () => {
  let time = 1_000;
  const store = memory({ now: () => time }).store("a", AccountEvents);
  const facts: unknown[] = [];
  const { account: order } = snapshotted({
    now: () => time + 7,
    policy: ({ version, eventsSince, age, state }) => {
      facts.push([version, eventsSince, age, state.balance]);
      return version === 2;
    },
  });
  for (const fill of [1, 2, 3]) {
    await execute(store, order, "x", { fill });
    time += 100;
  }
  await load(store, order, "x");
  assertEquals(facts, [[1, 1, 7, 1], [2, 2, 107, 3], [3, 1, 107, 6], [3, 1, 207, 6]]);
});

Deno.test("where nothing is new the policy is not asked", async () => {
  const store = memory().store("a", AccountEvents);
  let asked = 0;
  const { account: order } = snapshotted({ policy: () => ++asked > 0 });
  await load(store, order, "x");
  assertEquals(asked, 0, "an actor without events");
  await execute(store, order, "x", { fill: 1 });
  await load(store, order, "x");
  assertEquals(asked, 1, "an actor at the version of its snapshot");
});

Deno.test("verified, a snapshot that the events do not lead to is told with the path, and the events count", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 20);
  const wrong = { balance: 28, log: ["1+1", "2+2", "3+4", "4+4", "5+5", "6+6", "7+7"] };
  await put(store, 7, { state: wrong });
  const { account: order, problems } = snapshotted({ policy: never, verify: true });
  assertEquals(await load(store, order, "x"), await load(store, account, "x"));
  const [error] = problems;
  assert(problems.length === 1 && isAetherError(error, "snapshot-mismatch"), String(error));
  const { actorId, version, path, message } = error;
  assertEquals([actorId, version, path], ["x", 7, "state.log[2]"]);
  assert(message.includes(`state.log[2] is "3+4", by the events "3+3"`), message);
});

Deno.test("verified, a good snapshot is used, and one of another history is none", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 20);
  const { account: order, problems } = snapshotted({ policy: never, verify: true });
  await put(store, 7);
  assertEquals((await load(store, order, "x")).snapshotVersion, 7);
  await put(store, 9, { eventId: "another", state: 0 });
  assertEquals((await load(store, order, "x")).snapshotVersion, 0);
  assertEquals(problems, []);
});

Deno.test("a hook that throws fails nothing, and is thrown where nobody catches it", async () => {
  const store = memory().store("a", AccountEvents);
  const thrown = Promise.withResolvers<unknown>();
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    thrown.resolve(event.error);
  };
  addEventListener("error", listener);
  const failure = new Error("of the hook");
  const onError = () => {
    throw failure;
  };
  const { account: order } = snapshotted({ policy: () => 1 as never, onError });
  try {
    assertEquals((await execute(store, order, "x", { fill: 1 })).version, 1);
    assert(await thrown.promise === failure);
  } finally {
    removeEventListener("error", listener);
  }
});

for (const [after, found] of [[255, true], [256, false]] as const) {
  Deno.test(`behind a snapshot a commit id is ${found ? "" : "not "}found after ${after} more commits`, async () => {
    const { backend, asked } = faulty(() => ({}));
    const store = backend.store("a", AccountEvents);
    await store.append("x", filled(1, 1), { expectedVersion: 0, commitId: "c1" });
    for (let i = 1; i <= after; i++) await store.append("x", filled(1, 1), { expectedVersion: 2 * i });
    await put(store, 41);
    asked.length = 0;
    const { account: order } = snapshotted({ policy: never });
    const { version, events, duplicate } = await execute(store, order, "x", { fill: 1 }, { commitId: "c1" });
    assertEquals([duplicate, version, events.length], found ? [true, 2, 2] : [false, 2 * after + 3, 1]);
    assertEquals(asked.slice(0, 2), ["read from 41", "read back 40"]);
  });
}

Deno.test("a commit id that was seen after the snapshot, or enough others, need no look back", async () => {
  const { backend, asked } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 300);
  const { account: order } = snapshotted({ policy: never });
  await put(store, 45);
  asked.length = 0;
  await execute(store, order, "x", "nothing", { commitId: "c1" });
  assertEquals(asked, ["read from 45"], "256 commits were seen");
  await execute(store, order, "x", { fill: 1 }, { commitId: "c1" });
  await put(store, 299);
  asked.length = 0;
  await execute(store, order, "x", { fill: 1 }, { commitId: "c1" });
  assertEquals(asked, ["read from 299", "read back 301", "read back 301", "read from 299"], "its own commit was seen");
});

Deno.test("snapshots carry the ids of the last commits on, once a command had one, and spare the look back", async () => {
  const { backend, asked } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  const { account: order } = snapshotted();
  for (let i = 1; i <= 10; i++) await execute(store, order, "x", { fill: 1 });
  assertEquals((await store.snapshots.latest("x"))?.commits, undefined, "nobody asked for them");
  for (let i = 11; i <= 20; i++) await execute(store, order, "x", { fill: 1 }, { commitId: `c${i}` });
  const ids = (await store.read("x").collect()).map(({ commitId }) => commitId);
  assertEquals((await store.snapshots.latest("x"))?.commits, ids);
  for (let i = 21; i <= 30; i++) await execute(store, order, "x", { fill: 1 });
  const all = (await store.read("x").collect()).map(({ commitId }) => commitId);
  assertEquals((await store.snapshots.latest("x"))?.commits, all, "also by those who do not ask for them");
  asked.length = 0;
  assertEquals((await execute(store, order, "x", { fill: 1 }, { commitId: "another" })).version, 31);
  assertEquals(asked, ["read from 30"]);
  const { duplicate, version, events } = await execute(store, order, "x", { fill: 1 }, { commitId: "c13" });
  assertEquals([duplicate, version, events.map(({ commitId }) => commitId)], [true, 13, ["c13"]]);
});

Deno.test("snapshots have the ids of the last 256 commits and no more", async () => {
  const store = memory().store("a", AccountEvents);
  const { account: order } = snapshotted({ policy: everyEvents(300) });
  for (let i = 1; i <= 900; i++) await execute(store, order, "x", { fill: 1 }, { commitId: `c${i}` });
  const { version, commits } = (await store.snapshots.latest("x"))!;
  assertEquals([version, commits], [900, Array.from({ length: 256 }, (_, i) => `c${i + 645}`)]);
  for (const [commitId, duplicate] of [["c645", true], ["c644", false]] as const) {
    assertEquals((await execute(store, order, "x", { fill: 1 }, { commitId })).duplicate, duplicate, commitId);
  }
});

Deno.test("ids of a snapshot that are not in the history are not believed", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 20);
  await put(store, 7, { commits: ["c1"] });
  const { account: order } = snapshotted({ policy: never });
  assertEquals((await execute(store, order, "x", { fill: 1 }, { commitId: "c1" })).duplicate, false);
});

Deno.test("a command that is known to be executed is not executed again when its events have expired", async () => {
  const store = memory({ retention: { maxCommits: 5 } }).store("a", AccountEvents);
  const { account: order } = snapshotted({ policy: everyEvents(1) });
  for (let i = 0; i < 9; i++) await execute(store, order, "x", { fill: 1 }, { commitId: `c${i}` });
  const error = await assertRejects(() => execute(store, order, "x", { fill: 1 }, { commitId: "c0" }));
  assert(isAetherError(error, "events-expired"), String(error));
  assertEquals(await store.latestVersion("x"), 9);
});
