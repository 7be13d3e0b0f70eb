import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { turns, until } from "../../_support/until.ts";
import { failureOf } from "../failure_of.ts";
import { queryValue } from "../other_process.ts";
import { TempFolder } from "../temp_folder.ts";

const EVENT = { type: "Made", data: {} };
/** The query for the number of commits in a file. */
const COUNT = "SELECT count(*) FROM commits";

async function append(store: EventStore, commits: number, actorId = "order.1"): Promise<void> {
  await Promise.all(Array.from({ length: commits }, () => store.append(actorId, [EVENT], { expectedVersion: "any" })));
}

Deno.test("read(), readAll() and subscribe() return events without a gap during expiry, or fail with EventsExpiredError", async () => {
  await using folder = await TempFolder.create();
  const options = { path: folder.newPath(), retention: { maxCommits: 300 }, durability: "process" } as const;
  await using writing = await sqlite(options);
  await using reading = await sqlite(options);
  const store = writing.store("t");
  await append(store, 300);
  let isWriting = true;
  const outcomes = { ended: 0, expired: 0 };
  const read = async (iterate: () => AsyncIterable<{ version: number }>, step: 1 | -1) => {
    while (isWriting) {
      let last: number | undefined;
      try {
        for await (const { version } of iterate()) {
          if (last !== undefined) assertEquals(version, last + step);
          last = version;
          if (version % 64 === 0) await turns(1);
        }
        outcomes.ended++;
      } catch (error) {
        if (!isAetherError(error, "events-expired")) throw error;
        outcomes.expired++;
      }
      await turns(1);
    }
  };
  const source = reading.store("t");
  const reads = Promise.all([
    read(() => source.readAll({ after: "oldest-available" }), 1),
    read(() => source.readAll({ direction: "backwards" }), -1),
    read(() => source.read("order.1", { direction: "backwards" }), -1),
    read(() => source.subscribe({ after: "oldest-available" }), 1),
  ]);
  for (let round = 0; round < 60; round++) await append(store, 64);
  isWriting = false;
  await append(store, 400); // The subscription is behind: it fails.
  await reads;
  assert(outcomes.expired > 0);
});

Deno.test("subscribe() fails if its next commit expires while it waits", async () => {
  await using folder = await TempFolder.create();
  const options = { path: folder.newPath(), retention: { maxCommits: 10 }, durability: "process" } as const;
  await using writing = await sqlite(options);
  await using reading = await sqlite(options);
  const store = writing.store("t");
  await append(store, 5);
  await using subscription = reading.store("t").subscribe();
  const iterator = subscription[Symbol.asyncIterator]();
  assertEquals((await iterator.next()).value?.version, 1);
  await append(store, 1_000);
  const error = await failureOf((async () => {
    for (let version = 2;; version++) assertEquals((await iterator.next()).value?.version, version);
  })());
  assertEquals(error.code, "events-expired");
});

const reads: [name: string, read: (store: EventStore) => AsyncIterable<{ readonly version: number }>, step: number][] =
  [
    ["read()", (store) => store.read("order.1"), 1],
    ["read() backwards", (store) => store.read("order.1", { direction: "backwards" }), -1],
    ["read() backwards from a version", (store) => store.read("order.1", { to: 290, direction: "backwards" }), -1],
    ["readAll()", (store) => store.readAll(), 1],
    ["readAll() backwards", (store) => store.readAll({ direction: "backwards" }), -1],
  ];

for (const [name, read, step] of reads) {
  Deno.test(`${name} fails if its next commit was deleted after the last page`, async () => {
    await using folder = await TempFolder.create();
    const options = { path: folder.newPath(), retention: { maxCommits: 600 }, durability: "process" } as const;
    await using backend = await sqlite(options);
    const store = backend.store("t");
    await append(store, 600);
    let last: number | undefined;
    const error = await failureOf((async () => {
      for await (const { version } of read(store)) {
        if (last === undefined) await append(store, 2_000);
        else assertEquals(version, last + step);
        last = version;
      }
    })());
    assertEquals(error.code, "events-expired");
  });
}

Deno.test("Expiry stops a file from growing, and keeps the versions of actors without commits", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  {
    await using backend = await sqlite({ path, retention: { maxCommits: 100 }, durability: "process" });
    const store = backend.store("t");
    const sizes: unknown[] = [];
    await append(store, 3, "order.old");
    for (let round = 0; round < 20; round++) {
      await append(store, 500);
      sizes.push(queryValue(path, "SELECT page_count FROM pragma_page_count"));
    }
    assertEquals(sizes.at(-1), sizes[3], `pages: ${sizes}`);
  }
  {
    await using backend = await sqlite({ path, retention: { maxCommits: 100 }, durability: "process" });
    const store = backend.store("t");
    assertEquals(await store.latestVersion("order.old"), 3);
    assertEquals((await store.append("order.old", [EVENT], { expectedVersion: 3 })).version, 4);
  }
  const count = queryValue(path, COUNT) as number;
  assert(count < 200, `${count} rows are left`);
});

Deno.test("Expiry by age after a long pause deletes a backlog without an append", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  let time = 1_767_225_600_000;
  await using backend = await sqlite({ path, retention: { maxAge: 1_000 }, durability: "process", now: () => time });
  const store = backend.store("t");
  await append(store, 5_000);
  time += 10_000;
  assertEquals(await store.readAll({ after: "oldest-available" }).toArray(), []);
  await until("all commits are deleted", () => queryValue(path, COUNT) === 0);
  assertEquals((await store.append("order.1", [EVENT], { expectedVersion: 5_000 })).version, 5_001);
});
