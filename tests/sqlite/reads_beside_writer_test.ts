import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { besideQueries } from "./beside_queries.ts";
import { openBackend, openStoreFile } from "./open_file.ts";
import { appendAsOther, expireAsOther } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

const reads: [title: string, read: (store: EventStore) => Promise<number[]>, versions: number[]][] = [
  ["read() from the next version", (store) => versionsOf(store.read("order.1", { from: 3 })), []],
  ["read()", (store) => versionsOf(store.read("order.1")), [1, 2]],
  ["read() backwards", (store) => versionsOf(store.read("order.1", { direction: "backwards" })), [2, 1]],
  ["readAll()", (store) => versionsOf(store.readAll()), [1, 2]],
  ["readAll() backwards", (store) => versionsOf(store.readAll({ direction: "backwards" })), [2, 1]],
];

async function versionsOf(events: AsyncIterable<{ readonly version: number }>): Promise<number[]> {
  const versions: number[] = [];
  for await (const { version } of events) versions.push(version);
  return versions;
}

/** The next query of a connection. */
const NEXT = { part: "", queries: 1 } as const;

for (const [title, read, versions] of reads) {
  for (const isBefore of [true, false]) {
    const when = isBefore ? "before" : "after";
    Deno.test(`${title} succeeds if another process appends directly ${when} a query of the read`, async () => {
      await using folder = await TempFolder.create();
      const path = folder.newPath();
      const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
      await using backend = openBackend(file, { path });
      for (let n = 0; n < 2; n++) appendAsOther(other, "order.1");
      let hasAppended = false;
      besideQueries(file, NEXT, isBefore, () => {
        hasAppended = true;
        appendAsOther(other, "order.1");
      });
      const found = await read(backend.store("t"));
      assertEquals(hasAppended, true);
      assertEquals(found.filter((version) => version <= 2), versions);
      assertEquals(await versionsOf(backend.store("t").read("order.1", { from: 3 })), [3]);
      other.close();
    });
  }
}

/** Reads of an actor with two events, of which the first or both expire before the query of the read. */
const expiringReads: [
  options: Parameters<EventStore["read"]>[1],
  expired: number,
  versions: number[],
  firstAvailable: number | undefined,
][] = [
  [{}, 1, [], 2],
  [{}, 2, [], 3],
  [{ from: 2 }, 1, [2], undefined],
  [{ from: 3 }, 2, [], undefined],
  [{ direction: "backwards" }, 1, [2], 2],
  [{ direction: "backwards" }, 2, [], 3],
];

for (const [options, expired, versions, firstAvailable] of expiringReads) {
  for (const isCached of [true, false]) {
    const state = `${isCached ? "a cached" : "an unknown"} version`;
    const title = `read() with ${JSON.stringify(options)} and ${state}`;
    Deno.test(`${title} notices that another process deletes ${expired} of 2 commits before its query`, async () => {
      await using folder = await TempFolder.create();
      const path = folder.newPath();
      const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
      await using backend = openBackend(file, { path });
      for (let n = 0; n < 2; n++) appendAsOther(other, "order.1");
      const store = backend.store("t");
      if (isCached) assertEquals(await store.latestVersion("order.1"), 2);
      besideQueries(file, NEXT, true, () => expireAsOther(other, "order.1", expired));
      const found: number[] = [];
      let failure: unknown;
      try {
        for await (const { version } of store.read("order.1", options)) found.push(version);
      } catch (error) {
        failure = error;
      }
      assertEquals(found, versions);
      assertEquals(isAetherError(failure, "events-expired") ? failure.firstAvailable : failure, firstAvailable);
      other.close();
    });
  }
}
