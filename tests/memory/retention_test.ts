import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type EventStore, isAetherError, type Position } from "@flowmade-one/aether";
import { memory, type MemoryOptions } from "@flowmade-one/aether/memory";

const made = (count = 1) => Array.from({ length: count }, () => ({ type: "Made", data: null }));

/** Appends 5 commits: one event of a, one of a, one of b, three of a, one of b. */
async function fill(store: EventStore): Promise<void> {
  await store.append("a", made(), { expectedVersion: 0 });
  await store.append("a", made(), { expectedVersion: 1 });
  await store.append("b", made(), { expectedVersion: 0 });
  await store.append("a", made(3), { expectedVersion: 2 });
  await store.append("b", made(), { expectedVersion: 1 });
}

const left = async (store: EventStore) =>
  (await store.readAll({ after: "oldest-available" }).toArray()).map(({ actorId, version }) => `${actorId}${version}`);

const counts: [maxCommits: number, remain: string[]][] = [
  [5, ["a1", "a2", "b1", "a3", "a4", "a5", "b2"]],
  [4, ["a2", "b1", "a3", "a4", "a5", "b2"]],
  [3, ["b1", "a3", "a4", "a5", "b2"]],
  [2, ["a3", "a4", "a5", "b2"]],
  [1, ["b2"]],
];

for (const [maxCommits, remain] of counts) {
  Deno.test(`memory() with maxCommits ${maxCommits} expires whole commits, and keeps versions`, async () => {
    const store = memory({ retention: { maxCommits } }).store("ns");
    await fill(store);
    assertEquals(await left(store), remain);
    assertEquals([await store.latestVersion("a"), await store.latestVersion("b")], [5, 2], "versions stay");
  });
}

Deno.test("memory() with maxAge keeps a commit of exactly that age, and expires it one millisecond later", async () => {
  let now = 0;
  const store = memory({ retention: { maxAge: 10 }, now: () => now }).store("ns");
  await store.append("a", made(), { expectedVersion: 0 });
  now = 5;
  await store.append("b", made(), { expectedVersion: 0 });
  now = 10;
  assertEquals(await left(store), ["a1", "b1"]);
  now = 11;
  assertEquals(await left(store), ["b1"]);
  now = 1_000;
  assertEquals(await left(store), []);
  assertEquals((await store.append("a", made(), { expectedVersion: 1 })).version, 2, "the version continues");
});

Deno.test("memory() with maxBytes expires the oldest commits, and keeps a newest commit that is larger than maxBytes", async () => {
  // {"time":0,"events":[{"id":"i","type":"Made","data":null}]} has 58 bytes.
  const store = memory({ retention: { maxBytes: 58 * 2 }, now: () => 0, newId: () => "i" }).store("ns");
  for (const actor of ["a", "b", "c"]) await store.append(actor, made(), { expectedVersion: 0 });
  assertEquals(await left(store), ["b1", "c1"]);
  await store.append("d", made(100), { expectedVersion: 0 });
  assertEquals((await left(store)).length, 100);
});

Deno.test("read() and readAll() of expired events fail, and name the first available event", async () => {
  const store = memory({ retention: { maxCommits: 2 } }).store("ns");
  await fill(store);
  for (const from of [undefined, 1, 2]) {
    const error = await assertRejects(() => store.read("a", { from }).toArray());
    assert(isAetherError(error, "events-expired"));
    assertEquals([error.actorId, error.firstAvailable], ["a", 3]);
  }
  assertEquals((await store.read("a", { from: 3 }).toArray()).length, 3);
  const [first] = await store.readAll({ after: "oldest-available" }).toArray();
  const error = await assertRejects(() => store.readAll().toArray());
  assert(isAetherError(error, "events-expired"));
  assertEquals([error.actorId, error.firstAvailable], [undefined, first?.position]);
});

Deno.test("read() backwards returns the remaining events, then fails", async () => {
  const store = memory({ retention: { maxCommits: 2 } }).store("ns");
  await fill(store);
  const backwards = { direction: "backwards" } as const;
  assertEquals((await store.read("a", { ...backwards, limit: 3 }).toArray()).map(({ version }) => version), [5, 4, 3]);
  const seen: number[] = [];
  const error = await assertRejects(async () => {
    for await (const { version } of store.read("a", backwards)) seen.push(version);
  });
  assert(isAetherError(error, "events-expired"));
  assertEquals(seen, [5, 4, 3]);
});

Deno.test("read() of an actor whose events have all expired fails, except from the next version on", async () => {
  const store = memory({ retention: { maxCommits: 1 } }).store("ns");
  await fill(store);
  const error = await assertRejects(() => store.read("a").toArray());
  assert(isAetherError(error, "events-expired"));
  assertEquals(error.firstAvailable, 6);
  assertEquals(await store.read("a", { from: 6 }).toArray(), []);
});

Deno.test("readAll() and subscribe() accept `after` at the last expired event, and fail if it is earlier", async () => {
  const store = memory({ retention: { maxCommits: 2 } }).store("ns");
  const positions: Position[] = [];
  for (let version = 0; version < 4; version++) {
    positions.push((await store.append("a", made(3), { expectedVersion: version * 3 })).position);
  }
  assertEquals(
    (await store.readAll({ after: positions[1] }).toArray()).length,
    6,
    "no expired event follows the position",
  );
  const followed: number[] = [];
  for await (const { version } of store.subscribe({ after: positions[1] })) if (followed.push(version) === 6) break;
  assertEquals(followed, [7, 8, 9, 10, 11, 12]);
  assert(isAetherError(await assertRejects(() => store.readAll({ after: positions[0] }).toArray()), "events-expired"));
  const subscription = store.subscribe({ after: positions[0] });
  assert(isAetherError(await assertRejects(() => Array.fromAsync(subscription)), "events-expired"));
});

Deno.test("subscribe() fails if its next event expires", async () => {
  const store = memory({ retention: { maxCommits: 3 } }).store("ns");
  const subscription = store.subscribe();
  const iterator = subscription[Symbol.asyncIterator]();
  await store.append("a", made(), { expectedVersion: "any" });
  await iterator.next();
  // The subscription reads one or two pages in advance. Later events expire before it reads them.
  const rest = (async () => {
    for (let i = 0; i < 20; i++) await store.append("a", made(), { expectedVersion: "any" });
    const seen: number[] = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      seen.push(next.value.version);
      if (next.value.version === 21) return seen;
    }
    return seen;
  })();
  const error = await assertRejects(() => rest);
  assert(isAetherError(error, "events-expired"));
});

Deno.test("append() does not recognise a repetition of an expired commit", async () => {
  const store = memory({ retention: { maxCommits: 1 } }).store("ns");
  await store.append("a", made(), { expectedVersion: 0, commitId: "c1" });
  await store.append("a", made(), { expectedVersion: 1, commitId: "c2" });
  const error = await assertRejects(() => store.append("a", made(), { expectedVersion: 0, commitId: "c1" }));
  assert(isAetherError(error, "version-conflict"));
  assertEquals((await store.append("a", made(), { expectedVersion: 1, commitId: "c2" })).duplicate, true);
});

Deno.test("memory() has all versions of the remaining commits after 9,900 have expired", async () => {
  const store = memory({ retention: { maxCommits: 100 } }).store("ns");
  for (let i = 0; i < 10_000; i++) await store.append(`a${i % 7}`, made(1 + i % 3), { expectedVersion: "any" });
  const events = await store.readAll({ after: "oldest-available" }).toArray();
  const commits = new Set(events.map(({ commitId }) => commitId));
  assertEquals(commits.size, 100);
  for (let actor = 0; actor < 7; actor++) {
    const versions = events.filter(({ actorId }) => actorId === `a${actor}`).map(({ version }) => version);
    assertEquals(versions.at(-1), await store.latestVersion(`a${actor}`));
    assertEquals(versions, versions.map((_, i) => versions[0]! + i), "no gap");
    assertEquals((await store.read(`a${actor}`, { from: versions[0] }).toArray()).length, versions.length);
  }
});

const quotas: [quota: MemoryOptions["quota"], fits: number, message: string][] = [
  [{ maxCommits: 3 }, 3, "its quota is 3 commits"],
  [{ maxBytes: 58 * 2 }, 2, "its quota is 116 bytes"],
  [{ maxBytes: 58 * 2 - 1 }, 1, "its quota is 115 bytes"],
  [{ maxBytes: 58 * 5, maxCommits: 4 }, 4, "its quota is 4 commits"],
];

for (const [quota, fits, message] of quotas) {
  Deno.test(`append() accepts ${fits} commits under the quota ${JSON.stringify(quota)}, and refuses the next`, async () => {
    const backend = memory({ quota, now: () => 0, newId: () => "i" });
    const store = backend.store("ns");
    for (let version = 0; version < fits; version++) await store.append("a", made(), { expectedVersion: version });
    const error = await assertRejects(() => store.append("a", made(), { expectedVersion: fits }), Error, message);
    assertEquals(isAetherError(error, "quota-exceeded") && error.namespace as string, "ns");
    assertEquals(await store.latestVersion("a"), fits, "nothing was stored");
    assertEquals((await backend.store("other").append("a", made(), { expectedVersion: 0 })).version, 1);
    const stale = await assertRejects(() => store.append("a", made(), { expectedVersion: fits + 1 }));
    assert(isAetherError(stale, "version-conflict"), "a conflict is reported before the quota");
  });
}

const refused: [options: unknown, argument: string][] = [
  [null, "options"],
  [{ retension: {} }, "retension"],
  [{ retention: 5 }, "options"],
  [{ retention: {} }, "retention"],
  [{ retention: { maxAge: 0 } }, "retention.maxAge"],
  [{ retention: { maxAge: 1.5 } }, "retention.maxAge"],
  [{ retention: { maxBytes: -1 } }, "retention.maxBytes"],
  [{ retention: { maxCommits: "5" } }, "retention.maxCommits"],
  [{ retention: { maxEvents: 5 } }, "maxEvents"],
  [{ quota: {} }, "quota"],
  [{ quota: { maxAge: 5 } }, "maxAge"],
  [{ quota: { maxCommits: 0 } }, "quota.maxCommits"],
  [{ quota: { maxCommits: 1 }, retention: { maxCommits: 1 } }, "quota"],
  [{ maxCommitBytes: 0 }, "maxCommitBytes"],
  [{ now: 5 }, "now"],
];

for (const [options, argument] of refused) {
  Deno.test(`memory() refuses ${JSON.stringify(options)}`, () => {
    const error = assertThrows(() => memory(options as MemoryOptions));
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, argument);
  });
}

Deno.test('readAll() backwards after "oldest-available" ends at events that expire between two pages', async () => {
  const store = memory({ retention: { maxCommits: 5_000 } }).store("ns");
  const append = async (count: number) => {
    for (let n = 0; n < count; n++) await store.append("a", made(), { expectedVersion: "any" });
  };
  await append(5_000);
  let [count, last] = [0, 0];
  for await (const { version } of store.readAll({ after: "oldest-available", direction: "backwards" })) {
    if (count++ === 0) await append(500);
    last = version;
  }
  assertEquals([count, last], [4_500, 501]);
});
