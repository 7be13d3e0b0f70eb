import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { MAX_SNAPSHOT_BYTES } from "@flowmade-one/aether/limits";
import type { Snapshot } from "@flowmade-one/aether/snapshots";
import type { StoredSnapshot } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { scriptedStore } from "./scripted_log.ts";

const snapshot: Snapshot = { version: 12, schema: 1, eventId: "e12", state: { items: [1, 2] } };

Deno.test("latest() returns a frozen copy of the snapshot", async () => {
  const { snapshots } = memory().store("a");
  const state = { items: [1, 2] };
  await snapshots.put("cart", { ...snapshot, state });
  state.items.push(3);
  const found = await snapshots.latest("cart");
  assertEquals(found, snapshot);
  assertThrows(() => (found!.state as typeof state).items.push(4), TypeError);
  assertEquals(Object.isFrozen(state), false, "the caller's own state is not frozen");
});

Deno.test("put() accepts up to 256 commit ids, and latest() returns them frozen", async () => {
  const { snapshots } = memory().store("a");
  for (const ids of [[], ["c1"], Array.from({ length: 256 }, (_, i) => `c${i}`)]) {
    const commits = { ids, complete: ids.length === 1 };
    await snapshots.put("cart", { ...snapshot, commits });
    const found = await snapshots.latest("cart");
    assertEquals(found, { ...snapshot, commits });
    assert(Object.isFrozen(found?.commits) && Object.isFrozen(found?.commits?.ids));
  }
});

const states: unknown[] = [null, 0, "", [], {}, "é😀", { items: [{ isOpen: true }] }];
for (const state of states) {
  Deno.test(`put() accepts the state ${JSON.stringify(state)}`, async () => {
    const { snapshots } = memory().store("a");
    await snapshots.put("cart", { ...snapshot, state });
    assertEquals((await snapshots.latest("cart"))?.state, state);
  });
}

const refused: [snapshot: unknown, options: unknown, code: string, title: string][] = [
  [{ ...snapshot, version: 0 }, {}, "invalid-argument", "version 0"],
  [{ ...snapshot, version: 1.5 }, {}, "invalid-argument", "a fractional version"],
  [{ ...snapshot, version: undefined }, {}, "invalid-argument", "no version"],
  [{ ...snapshot, schema: -1 }, {}, "invalid-argument", "a negative schema"],
  [{ ...snapshot, schema: "1" }, {}, "invalid-argument", "a string as schema"],
  [{ ...snapshot, schema: undefined }, {}, "invalid-argument", "no schema"],
  [{ ...snapshot, eventId: "" }, {}, "invalid-argument", "an empty event id"],
  [{ ...snapshot, eventId: undefined }, {}, "invalid-argument", "no event id"],
  [{ ...snapshot, state: undefined }, {}, "invalid-event", "no state"],
  [{ ...snapshot, state: new Map() }, {}, "invalid-event", "a state that is not JSON"],
  [{ ...snapshot, commits: "c1" }, {}, "invalid-argument", "a string as commits"],
  [{ ...snapshot, commits: ["c1"] }, {}, "invalid-argument", "an array as commits"],
  [{ ...snapshot, commits: { ids: "c1", complete: true } }, {}, "invalid-argument", "a string as ids of commits"],
  [{ ...snapshot, commits: { ids: ["c1", ""], complete: true } }, {}, "invalid-argument", "an empty id of a commit"],
  [{ ...snapshot, commits: { ids: Array(2), complete: true } }, {}, "invalid-argument", "holes among ids of commits"],
  [{ ...snapshot, commits: { ids: Array(257).fill("c"), complete: true } }, {}, "invalid-argument", "257 commit ids"],
  [{ ...snapshot, commits: { ids: ["c1"] } }, {}, "invalid-argument", "commits that do not say if they are complete"],
  [{ ...snapshot, extra: 1 }, {}, "invalid-argument", "an unknown field"],
  [null, {}, "invalid-argument", "null as snapshot"],
  [snapshot, { keep: 0 }, "invalid-argument", "keep 0"],
  [snapshot, { keep: 101 }, "invalid-argument", "keep 101"],
  [snapshot, { keep: null }, "invalid-argument", "keep null"],
  [snapshot, { kept: 1 }, "invalid-argument", "an unknown option"],
  [snapshot, { signal: AbortSignal.abort() }, "aborted", "an aborted signal"],
];

for (const [value, options, code, title] of refused) {
  Deno.test(`put() refuses ${title} and stores nothing`, async () => {
    const { snapshots } = memory().store("a");
    const error = await assertRejects(() => snapshots.put("cart", value as Snapshot, options as never));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
    assertEquals(await snapshots.latest("cart"), undefined);
  });
}

const damaged: [json: string, title: string][] = [
  ["", "empty"],
  ["{", "cut off"],
  ["null", "null"],
  ['{"schema":1,"eventId":"e","state":0,"commits":"c"}', "with a string as commits"],
  ['{"schema":1,"eventId":"e","state":0,"commits":["c1"]}', "with an array as commits"],
  ['{"schema":1,"eventId":"e","state":0,"commits":{"ids":[7],"complete":true}}', "with a number as id of a commit"],
  [
    '{"schema":1,"eventId":"e","state":0,"commits":{"ids":["c1"]}}',
    "with commits that do not say if they are complete",
  ],
  ["[]", "an array"],
  ['{"schema":1,"eventId":"e"}', "without a state"],
  ['{"schema":1.5,"eventId":"e","state":0}', "with a fractional schema"],
  ['{"schema":1,"state":0}', "without an event id"],
  ['{"eventId":"e","state":0}', "without a schema"],
];

for (const [json, title] of damaged) {
  Deno.test(`latest() ignores a stored snapshot that is ${title}, and returns an older one`, async () => {
    const good: StoredSnapshot = { version: 3, bytes: bytes('{"schema":1,"eventId":"e","state":7}') };
    const bad: StoredSnapshot = { version: 9, bytes: bytes(json) };
    const store = scriptedStore({ getSnapshot: (_, atMost) => [bad, good].find(({ version }) => version <= atMost) });
    assertEquals(await store.snapshots.latest("cart"), { version: 3, schema: 1, eventId: "e", state: 7 });
    const withoutOlder = scriptedStore({ getSnapshot: (_, atMost) => Promise.resolve(atMost >= 9 ? bad : undefined) });
    assertEquals(await withoutOlder.snapshots.latest("cart"), undefined);
  });
}

Deno.test("put() awaits a driver that returns a promise", async () => {
  let kept = 0;
  const store = scriptedStore({ putSnapshot: () => Promise.resolve().then(() => void kept++) });
  await store.snapshots.put("cart", snapshot);
  assertEquals(kept, 1);
});

function bytes(string: string): Uint8Array {
  return new TextEncoder().encode(string);
}

Deno.test("put() keeps up to 100 snapshots of an actor", async () => {
  const { snapshots } = memory().store("a");
  for (let version = 1; version <= 101; version++) await snapshots.put("cart", { ...snapshot, version }, { keep: 100 });
  assertEquals((await snapshots.latest("cart", { atMost: 2 }))?.version, 2);
  assertEquals(await snapshots.latest("cart", { atMost: 1 }), undefined);
});

Deno.test("put() accepts 64,000,000 bytes, and refuses one more", async () => {
  const { snapshots } = memory().store("a");
  const around = JSON.stringify({ schema: 1, eventId: "e12", state: "" }).length;
  await snapshots.put("cart", { ...snapshot, state: "x".repeat(MAX_SNAPSHOT_BYTES - around) });
  const larger = snapshots.put("cart", {
    ...snapshot,
    version: 13,
    state: "x".repeat(MAX_SNAPSHOT_BYTES - around + 1),
  });
  assert(isAetherError(await assertRejects(() => larger), "too-large"));
  assertEquals((await snapshots.latest("cart"))?.version, 12);
});

Deno.test("put() reads the version of a snapshot once", async () => {
  let looks = 0;
  const { snapshots } = memory().store("a");
  await snapshots.put("cart", {
    ...snapshot,
    get version() {
      return looks++ === 0 ? 5 : NaN;
    },
  });
  assertEquals((await snapshots.latest("cart"))?.version, 5);
});

Deno.test("latest() does not read an older snapshot after the store was closed", async () => {
  const asked: number[] = [];
  const store = scriptedStore({
    async getSnapshot(_actorId, atMost) {
      asked.push(atMost);
      void store.close();
      await Promise.resolve();
      return atMost === 9 ? { version: 5, bytes: bytes("{") } : undefined;
    },
  });
  const error = await assertRejects(() => store.snapshots.latest("a", { atMost: 9 }));
  assert(isAetherError(error, "closed"), String(error));
  assertEquals(asked, [9]);
});
