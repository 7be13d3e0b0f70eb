import { createBackend, stringifyCommit } from "@flowmade-one/aether/adapter";
import { type EventStore, parseNamespace } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { appendCommit } from "../../adapters/sqlite/log/append_commit.ts";
import { LogState } from "../../adapters/sqlite/log/log_state.ts";
import { SqliteDriver } from "../../adapters/sqlite/sqlite_driver.ts";
import { checkSqliteOptions } from "../../adapters/sqlite/sqlite_options.ts";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

const namespace = parseNamespace("t");

/** Appends one event to `order.1` through a file, synchronously, as another process does. */
function appendThrough(file: StoreFile): void {
  const event = { id: crypto.randomUUID(), type: "Made", schemaVersion: 1, data: {}, metadata: {} };
  const content = { timestamp: 0, events: [event] };
  const body = stringifyCommit(content);
  file.connection.run("BEGIN IMMEDIATE");
  file.refresh();
  const commit = { actorId: "order.1", expectedVersion: "any", id: event.id, ...content } as const;
  appendCommit(new LogState(namespace, file), commit, body, body.length);
  file.connection.run("COMMIT");
}

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

for (const [title, read, versions] of reads) {
  for (const isBefore of [true, false]) {
    const when = isBefore ? "before" : "after";
    Deno.test(`${title} succeeds if another process appends directly ${when} a query of the read`, async () => {
      await using folder = await TempFolder.create();
      const path = folder.newPath();
      const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
      await using backend = createBackend(new SqliteDriver(file, checkSqliteOptions({ path }, "sqlite")));
      for (let n = 0; n < 2; n++) appendThrough(other);
      const { connection } = file;
      const query = connection.rows.bind(connection);
      let appended = 0;
      connection.rows = (...args) => {
        if (isBefore && appended++ === 0) appendThrough(other);
        const rows = query(...args);
        if (!isBefore && appended++ === 0) appendThrough(other);
        return rows;
      };
      const found = await read(backend.store("t"));
      assertEquals(appended > 0, true);
      assertEquals(found.filter((version) => version <= 2), versions);
      assertEquals(await versionsOf(backend.store("t").read("order.1", { from: 3 })), [3]);
      other.close();
    });
  }
}
