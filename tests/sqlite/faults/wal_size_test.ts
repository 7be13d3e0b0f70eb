import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { turns } from "../../_support/until.ts";
import { openBackend, openStoreFile } from "../open_file.ts";
import { runProcess } from "../run_process.ts";
import { TempFolder } from "../temp_folder.ts";

/** Maximum bytes of the WAL: 16 MB, at which a checkpoint starts, and less than that for one more transaction. */
const MAX_WAL_BYTES = 2 * 16_777_216;

/** Maximum bytes of the WAL of several processes. On a busy machine, a checkpoint may have to be tried several times. */
const MAX_SHARED_WAL_BYTES = 4 * 16_777_216;

const COMMITS = 800;
const EVENTS = [{ type: "Made", data: "x".repeat(100_000) }];

/** Begins a transaction that keeps the WAL from a restart until its end. */
function beginRead(database: DatabaseSync): void {
  database.exec("BEGIN");
  database.prepare("SELECT count(*) FROM settings").get();
}

Deno.test("sqlite() bounds the WAL beside reads of other processes that overlap its commits", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  await using backend = openBackend(file, { path, durability: "process" });
  const other = new DatabaseSync(path);
  const run = file.connection.run.bind(file.connection);
  file.connection.run = (sql, ...values) => {
    if (sql === "BEGIN IMMEDIATE") {
      beginRead(other);
    }
    run(sql, ...values);
    if (sql === "COMMIT") other.exec("COMMIT");
  };
  const sizes = await Array.fromAsync({ length: COMMITS }, async () => {
    await backend.store("t").append("order.1", EVENTS, { expectedVersion: "any" });
    return (await Deno.stat(`${path}-wal`)).size;
  });
  other.close();
  const largest = Math.max(...sizes);
  assert(largest <= MAX_WAL_BYTES, `the WAL has grown to ${largest} bytes`);
});

Deno.test("sqlite() bounds the WAL beside a long transaction of another program after that transaction has ended", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path, durability: "process" });
  const append = async (commits: number) => {
    for (let n = 0; n < commits; n++) await backend.store("t").append("order.1", EVENTS, { expectedVersion: "any" });
    return (await Deno.stat(`${path}-wal`)).size;
  };
  await append(1);
  const other = new DatabaseSync(path);
  beginRead(other);
  assert(await append(COMMITS) > 2 * MAX_WAL_BYTES, "the transaction keeps the WAL");
  other.close();
  const size = await append(COMMITS);
  assert(size <= MAX_WAL_BYTES, `the WAL has ${size} bytes`);
});

Deno.test("sqlite() bounds the WAL of two processes that write without pauses, beside reads", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path, durability: "process" });
  const fill = (name: string) => runProcess(path, "fill", name, "2000", "process");
  let isWriting = true;
  const written = Promise.all(["a", "b"].map(fill)).finally(() => isWriting = false);
  let largest = 0;
  while (isWriting) {
    for await (const _event of backend.store("t").readAll()) if (!isWriting) break;
    largest = Math.max(largest, (await Deno.stat(`${path}-wal`)).size);
    await turns(1);
  }
  await written;
  assert(largest <= MAX_SHARED_WAL_BYTES, `the WAL has grown to ${largest} bytes`);
});

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
