import { assert, assertEquals, assertRejects } from "@std/assert";
import { type EventStore, isAetherError, load } from "@flowmade-one/aether";
import { never } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { account, AccountEvents, filled } from "./account.ts";
import { faulty } from "./faulty_snapshots.ts";
import { fill, put, snapshotted } from "./snapshotted.ts";

const uses: [
  title: string,
  put: (store: EventStore<AccountEvents>) => Promise<void>,
  to: number | undefined,
  from: number,
][] = [
  ["there is no snapshot", () => Promise.resolve(), undefined, 0],
  ["there is one snapshot", (store) => put(store, 7), undefined, 7],
  ["there is a snapshot of the last version", (store) => put(store, 20), undefined, 20],
  [
    "there are two snapshots: the newer one",
    async (store) => (await put(store, 7), await put(store, 12)),
    undefined,
    12,
  ],
  ["the snapshot is newer than the requested version", (store) => put(store, 7), 6, 0],
  ["the snapshot is of the requested version", (store) => put(store, 7), 7, 7],
  [
    "one of two snapshots is newer than the requested version",
    async (store) => (await put(store, 7), await put(store, 12)),
    11,
    7,
  ],
  ["the snapshot is of another schema", (store) => put(store, 7, { schema: 2 }), undefined, 0],
  [
    "the newer of two snapshots is of another schema",
    async (store) => {
      await put(store, 7);
      await put(store, 12, { schema: 2, state: { other: 1 } });
    },
    undefined,
    7,
  ],
  [
    "the newest 16 of 17 snapshots are of other schemas",
    async (store) => {
      await put(store, 3);
      for (let version = 4; version <= 19; version++) await put(store, version, { schema: version, state: 0 });
    },
    undefined,
    3,
  ],
  [
    "the snapshot is of another history",
    (store) => put(store, 7, { eventId: "another", state: { balance: 1, log: [] } }),
    undefined,
    0,
  ],
  [
    "the newer of two snapshots is of another history",
    async (store) => {
      await put(store, 7);
      await put(store, 12, { eventId: "another", state: { balance: 1, log: [] } });
    },
    undefined,
    7,
  ],
  ["the snapshot is newer than the actor", (store) => put(store, 25, { state: { balance: 1, log: [] } }), undefined, 0],
  [
    "the newer of two snapshots is newer than the actor",
    async (store) => {
      await put(store, 7);
      await put(store, 21, { state: { balance: 1, log: [] } });
    },
    undefined,
    7,
  ],
  ["a snapshot of version 1 is of another history", (store) => put(store, 1, { eventId: "another" }), undefined, 0],
];

for (const [title, putSnapshots, to, from] of uses) {
  Deno.test(`load() begins from ${from === 0 ? "the first event" : `version ${from}`} if ${title}`, async () => {
    const store = memory().store("a", AccountEvents);
    await fill(store, 20);
    await putSnapshots(store);
    const { account: order, problems } = snapshotted({ policy: never });
    const loaded = await load(store, order, "x", { to });
    assertEquals(loaded, { ...await load(store, account, "x", { to }), snapshotVersion: from });
    assertEquals(problems, []);
  });
}

Deno.test("load() with a snapshot reads the anchor event and later events once", async () => {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 20);
  await put(store, 15);
  requests.length = 0;
  await load(store, snapshotted({ policy: never }).account, "x");
  assertEquals(requests, ["read from 15"]);
});

Deno.test("load() uses an older snapshot if the newest is damaged", async () => {
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

Deno.test("load() reports a failed read of snapshots and replays the events", async () => {
  const { backend } = faulty(() => ({ getSnapshot: () => Promise.reject(new Error("the disk failed")) }));
  const store = backend.store("a", AccountEvents);
  await fill(store, 20);
  const { account: order, problems } = snapshotted({ policy: never });
  assertEquals(await load(store, order, "x"), await load(store, account, "x"));
  assertEquals(problems.map(String), ["Error: the disk failed"]);
});

Deno.test("load() reports a snapshot above the requested version, and does not repeat the request", async () => {
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
      "TypeError: The snapshot store returned a snapshot of version 21, above the requested 20",
    ),
  );
});

const expired: [left: number, snapshotAt: number, ok: boolean, title: string][] = [
  [12, 10, true, "up to an event before the anchor event"],
  [11, 10, true, "up to the event just before the anchor event"],
  [10, 10, false, "with the anchor event"],
  [1, 10, false, "except for the last event"],
];

for (const [left, version, ok, title] of expired) {
  Deno.test(`load() ${ok ? "continues from the snapshot" : "fails"} if history has expired ${title}`, async () => {
    const store = memory({ retention: { maxCommits: left } }).store("a", AccountEvents);
    for (let i = 0; i < 20; i++) {
      if (i === version) {
        const [event] = await store.read("x", { direction: "backwards", limit: 1 }).toArray();
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

Deno.test("load() with verify reports a wrong snapshot with its path, and returns the state of the events", async () => {
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
  assert(message.includes(`state.log[2] is "3+4", but "3+3" after a replay`), message);
});

Deno.test("load() with verify uses a valid snapshot, and ignores one of another history", async () => {
  const store = memory().store("a", AccountEvents);
  await fill(store, 20);
  const { account: order, problems } = snapshotted({ policy: never, verify: true });
  await put(store, 7);
  assertEquals((await load(store, order, "x")).snapshotVersion, 7);
  await put(store, 9, { eventId: "another", state: 0 });
  assertEquals((await load(store, order, "x")).snapshotVersion, 7);
  assertEquals(problems, []);
});
