import type { EventStore } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { openBackend, openStoreFile } from "./open_file.ts";
import { appendAsOther } from "./other_process.ts";
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

for (const [title, read, versions] of reads) {
  for (const isBefore of [true, false]) {
    const when = isBefore ? "before" : "after";
    Deno.test(`${title} succeeds if another process appends directly ${when} a query of the read`, async () => {
      await using folder = await TempFolder.create();
      const path = folder.newPath();
      const [file, other] = [await openStoreFile(path), await openStoreFile(path)];
      await using backend = openBackend(file, { path });
      for (let n = 0; n < 2; n++) appendAsOther(other, "order.1");
      const { connection } = file;
      const query = connection.rows.bind(connection);
      let appended = 0;
      connection.rows = (...args) => {
        if (isBefore && appended++ === 0) appendAsOther(other, "order.1");
        const rows = query(...args);
        if (!isBefore && appended++ === 0) appendAsOther(other, "order.1");
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
