import { assertEquals } from "@std/assert";
import { execute, load } from "@flowmade-one/aether";
import { never } from "@flowmade-one/aether/snapshots";
import { AccountEvents, filled } from "./account.ts";
import { faulty } from "./faulty_snapshots.ts";
import { fill, snapshotted } from "./snapshotted.ts";

Deno.test("execute() does not wait for the write of a snapshot, and does not fail with it", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const { backend, requests } = faulty(() => ({ putSnapshot: () => promise }));
  const store = backend.store("a", AccountEvents);
  const { account: order, problems } = snapshotted();
  for (let i = 1; i <= 12; i++) await execute(store, order, "x", { fill: i });
  assertEquals(requests.filter((request) => request.startsWith("put")), ["put 10"], "at most one write at a time");
  reject(new Error("the disk failed"));
  await backend.close();
  assertEquals(problems.map(String), ["Error: the disk failed"]);
});

Deno.test("execute() writes a snapshot with the next command after a failed write", async () => {
  let failures = 2;
  const { backend, requests } = faulty((log) => ({
    putSnapshot: (actorId, snapshot, keep, signal) => {
      if (failures-- > 0) throw new Error("the disk failed");
      return log.putSnapshot(actorId, snapshot, keep, signal);
    },
  }));
  const store = backend.store("a", AccountEvents);
  const { account: order, problems } = snapshotted();
  for (let i = 1; i <= 14; i++) await execute(store, order, "x", { fill: i });
  assertEquals(requests.filter((request) => request.startsWith("put")), ["put 10", "put 11", "put 12"]);
  assertEquals(problems.length, 2);
});

for (const closed of ["store", "backend"] as const) {
  Deno.test(`close() of the ${closed} waits for running writes of snapshots`, async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { backend } = faulty((log) => ({
      putSnapshot: async (...args) => {
        await promise;
        await log.putSnapshot(...args);
      },
    }));
    const store = backend.store("a", AccountEvents);
    const other = backend.store("a", AccountEvents);
    const { account: order, problems } = snapshotted();
    await store.append("x", filled(...Array(9).fill(1)), { expectedVersion: 0 });
    await execute(store, order, "x", { fill: 1 });
    let isClosed = false;
    const closing = (closed === "store" ? store : backend).close().then(() => isClosed = true);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    assertEquals(isClosed, false);
    resolve();
    await closing;
    assertEquals(problems, []);
    if (closed === "store") assertEquals((await other.snapshots.latest("x"))?.version, 10);
  });
}

Deno.test("SnapshotWriter writes a snapshot once for simultaneous loads of several stores", async () => {
  const { backend, requests } = faulty(() => ({}));
  const stores = [1, 2, 3].map(() => backend.store("a", AccountEvents));
  await fill(stores[0]!, 9);
  const { account: order } = snapshotted();
  const options = { attempts: 50, pause: () => Promise.resolve() };
  await Promise.all(stores.map((store) => execute(store, order, "x", "nothing", options)));
  assertEquals(requests.filter((request) => request.startsWith("put")), []);
  await execute(stores[0]!, snapshotted({ policy: never }).account, "x", { fill: 1 });
  await Promise.all(stores.map((store) => load(store, order, "x")));
  assertEquals(requests.filter((request) => request.startsWith("put")), ["put 10"]);
});

Deno.test("SnapshotWriter does not write a snapshot that another load has written meanwhile", async () => {
  const { backend, requests } = faulty(() => ({}));
  const store = backend.store("a", AccountEvents);
  await fill(store, 10);
  const { account: order } = snapshotted();
  const { promise, resolve } = Promise.withResolvers<[]>();
  const loaded = Promise.withResolvers<void>();
  const slow = { ...order, decide: () => (loaded.resolve(), promise) };
  const slowly = execute(store, slow, "x", "nothing");
  await loaded.promise;
  await load(store, order, "x");
  resolve([]);
  await slowly;
  assertEquals(requests.filter((request) => request.startsWith("put")), ["put 10"]);
});

Deno.test("SnapshotWriter writes a lost snapshot again", async () => {
  const { backend, requests } = faulty(() => ({ getSnapshot: () => undefined }));
  const store = backend.store("a", AccountEvents);
  await fill(store, 10);
  const { account: order } = snapshotted();
  await load(store, order, "x");
  await load(store, order, "x");
  assertEquals(requests.filter((request) => request.startsWith("put")), ["put 10", "put 10"]);
});
