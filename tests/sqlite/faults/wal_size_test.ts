import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { TempFolder } from "../temp_folder.ts";

/** Maximum bytes of the WAL: 16 MB, at which a checkpoint starts, and less than that for one more transaction. */
const MAX_WAL_BYTES = 2 * 16_777_216;

const COMMITS = 800;
const EVENTS = [{ type: "Made", data: "x".repeat(100_000) }];

Deno.test("sqlite() bounds the WAL beside slow readers and subscriptions, and close() removes it", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  {
    await using writing = await sqlite({ path, durability: "process" });
    await using reading = await sqlite({ path });
    const append = () => writing.store("t").append("order.1", EVENTS, { expectedVersion: "any" });
    for (let i = 0; i < 30; i++) await append();
    const slow = reading.store("t");
    const reads = [slow.readAll(), slow.read("order.1"), slow.readAll({ direction: "backwards" }), slow.subscribe()];
    const iterators = reads.map((read) => read[Symbol.asyncIterator]());
    for (const iterator of iterators) await iterator.next();
    let largest = 0;
    for (let i = 30; i < COMMITS; i++) {
      await append();
      largest = Math.max(largest, (await Deno.stat(`${path}-wal`)).size);
    }
    assert(largest <= MAX_WAL_BYTES, `the WAL has grown to ${largest} bytes`);
    for (const iterator of iterators) assertEquals((await iterator.next()).done, false);
    for (const iterator of iterators) await iterator.return?.();
  }
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["0.db"]);
});
