import { type EventStore, parseNamespace } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { follow } from "../../adapters/sqlite/log/follow.ts";
import { LogPages } from "../../adapters/sqlite/log/log_pages.ts";
import { LogState } from "../../adapters/sqlite/log/log_state.ts";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import type { Page } from "@flowmade-one/aether/adapter";
import { parseActorPattern } from "@flowmade-one/aether/patterns";
import { besideQueries } from "./beside_queries.ts";
import { failureOf } from "./failure_of.ts";
import { openBackend, openStoreFile } from "./open_file.ts";
import { appendAsOther, executeSql } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

/** A part of the queries that read commits. */
const COMMITS = "FROM commits";

function appendOthers(other: StoreFile, count: number): void {
  for (let n = 0; n < count; n++) appendAsOther(other, "cart.1");
}

/** Opens a backend and the file of another process, in which a namespace keeps a number of commits. */
async function open(folder: TempFolder, maxCommits: number) {
  const path = folder.newPath();
  const retention = { maxCommits };
  const [file, other] = [
    await openStoreFile(path, "process", retention),
    await openStoreFile(path, "process", retention),
  ];
  const backend = openBackend(file, { path, retention });
  const close = async () => {
    await backend.close();
    other.close();
  };
  return { path, file, other, store: backend.store("t"), [Symbol.asyncDispose]: close };
}

/** The parts of reads of the namespace "t". */
function readingOf(file: StoreFile) {
  return { log: new LogState(parseNamespace("t"), file), now: Date.now, onExpired: () => {} };
}

const AFTER = { after: "oldest-available" } as const;
const reads: [title: string, read: (store: EventStore) => AsyncIterable<{ readonly version: number }>][] = [
  ["readAll() with a limit", (store) => store.readAll({ ...AFTER, limit: 1 })],
  ["readAll()", (store) => store.readAll(AFTER)],
  ["readAll() of actors", (store) => store.readAll({ ...AFTER, actors: "cart.*" })],
  ["subscribe()", (store) => store.subscribe(AFTER)],
  ["subscribe() to actors", (store) => store.subscribe({ ...AFTER, actors: "cart.*" })],
];

for (const [title, read] of reads) {
  for (const isBefore of [true, false]) {
    const when = isBefore ? "before" : "after";
    const name = `${title} after "oldest-available" begins at the oldest commit if commits expire directly ${when} ` +
      "its queries";
    Deno.test(name, async () => {
      await using folder = await TempFolder.create();
      await using opened = await open(folder, 2);
      const { file, other, store } = opened;
      appendOthers(other, 5);
      besideQueries(file, { part: COMMITS, queries: 3 }, isBefore, () => appendOthers(other, 4));
      for await (const { version } of read(store)) {
        assertEquals(version, 16);
        break;
      }
    });
  }
}

Deno.test('readAll() of actors after "oldest-available" begins again if commits expire before the first event', async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 300);
  const { file, other, store } = opened;
  appendOthers(other, 300);
  const append = () => {
    appendOthers(other, 400);
    appendAsOther(other, "order.1");
  };
  // The first page has 256 commits, and no event of the actor.
  besideQueries(file, { part: COMMITS, queries: 1 }, false, () => setImmediate(append));
  assertEquals((await store.readAll({ ...AFTER, actors: "order.1" }).toArray()).map(({ version }) => version), [1]);
});

Deno.test('readAll() backwards after "oldest-available" ends at commits that expire during the read', async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 600);
  const { other, store } = opened;
  appendOthers(other, 600);
  const versions: number[] = [];
  for await (const { version } of store.readAll({ ...AFTER, direction: "backwards" })) {
    if (versions.push(version) === 1) appendOthers(other, 300);
  }
  assertEquals([versions.length, versions.at(-1)], [300, 301]);
});

Deno.test('subscribe() after "oldest-available" fails if commits expire unread after caughtUp', async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 2);
  const { other, store } = opened;
  const subscription = store.subscribe(AFTER);
  await subscription.caughtUp;
  appendOthers(other, 5);
  // An append of this backend wakes the subscription.
  await store.append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  assertEquals((await failureOf(subscription[Symbol.asyncIterator]().next())).code, "events-expired");
});

Deno.test('readAll() after "oldest-available" fails if a row is missing that has not expired', async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 10);
  const { path, other, store } = opened;
  appendOthers(other, 5);
  executeSql(path, "DELETE FROM commits WHERE last_version <= 2");
  assertEquals((await failureOf(store.readAll(AFTER).toArray())).code, "events-expired");
});

Deno.test('readAll() backwards after "oldest-available" fails if a row is missing that has not expired', async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 8);
  const { path, other, store } = opened;
  appendOthers(other, 10);
  executeSql(path, "DELETE FROM commits WHERE last_version = 5");
  const versions: number[] = [];
  const read = store.readAll({ ...AFTER, direction: "backwards" });
  const failure = await failureOf(Array.fromAsync(read, ({ version }) => void versions.push(version)));
  assertEquals(failure.code, "events-expired");
  assertEquals(versions, [10, 9, 8, 7, 6]);
});

for (const progress of [false, true]) {
  const name = `follow() from "oldest-available" begins again if commits expire before its first page, progress: ` +
    `${progress}`;
  Deno.test(name, async () => {
    await using folder = await TempFolder.create();
    await using opened = await open(folder, 2);
    const { file, other } = opened;
    appendOthers(other, 5);
    besideQueries(file, { part: COMMITS, queries: 3 }, false, () => appendOthers(other, 4));
    const range = { from: "oldest-available", reached: 0, identity: undefined, actors: undefined, progress } as const;
    const watch = { add: () => () => {} };
    const items = follow(readingOf(file), watch as never, range, {}, new AbortController().signal);
    const { value } = await items.next();
    await items.return();
    assertEquals((value as Page).map(({ version }) => version), [16, 17]);
  });
}

Deno.test("follow() with progress fails if commits expire after a page without events", async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 300);
  const { file, other } = opened;
  appendOthers(other, 300);
  const range = {
    from: "oldest-available",
    reached: 0,
    identity: undefined,
    actors: parseActorPattern("order.1"),
    progress: true,
  } as const;
  const watch = { add: () => () => {} };
  const items = follow(readingOf(file), watch as never, range, {}, new AbortController().signal);
  // The first page has 256 commits, and no event of the actor.
  assertEquals(await items.next(), { done: false, value: [] });
  appendOthers(other, 400);
  assertEquals((await failureOf(items.next())).code, "events-expired");
});

Deno.test("LogPages.extend() keeps the last wanted commit", async () => {
  await using folder = await TempFolder.create();
  await using opened = await open(folder, 10);
  const { file, other } = opened;
  appendOthers(other, 2);
  file.refresh();
  const pages = new LogPages(readingOf(file), { from: 1, reached: 0, identity: undefined, actors: undefined }, 3);
  appendOthers(other, 3);
  file.refresh();
  pages.extend();
  assertEquals(pages.read().map(({ version }) => version), [1, 2, 3]);
  pages.extend();
  assertEquals(pages.isAtEnd, true);
});
