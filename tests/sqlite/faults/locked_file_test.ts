import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TurnCounter, turns } from "../../_support/until.ts";
import { failureOf } from "../failure_of.ts";
import { recordLockAttempts } from "../lock_attempts.ts";
import { openBackend, openStoreFile } from "../open_file.ts";
import { lockFile } from "../other_process.ts";
import { TempFolder } from "../temp_folder.ts";

const EVENT = { type: "Made", data: {} };

Deno.test("append() fails after its timeout when another program keeps the file locked, and stores nothing", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const file = await openStoreFile(path);
  await using backend = openBackend(file, { path, timeout: 300 });
  const store = backend.store("t");
  await store.append("order.1", [EVENT], { expectedVersion: 0 });
  {
    using _lock = lockFile(path);
    using counter = new TurnCounter();
    const attempts = recordLockAttempts(file.connection, "BEGIN IMMEDIATE", () => counter.turn);
    const error = await failureOf(store.append("order.1", [EVENT], { expectedVersion: 1 }));
    assertEquals(error.code, "unavailable");
    assertStringIncludes(error.message, "locked for the whole timeout");
    assert(attempts.length > 1, `${attempts.length} attempts`);
    assertEquals(new Set(attempts.map(({ timeout }) => timeout)), new Set([2]));
    assertEquals(
      new Set(attempts.map(({ turn }) => turn)).size,
      attempts.length,
      "the event loop runs between attempts",
    );
    assertEquals((await store.read("order.1").toArray()).length, 1, "reads succeed meanwhile");
  }
  assertEquals((await store.append("order.1", [EVENT], { expectedVersion: 1 })).version, 2);
});

Deno.test("append() waits for a lock, and all appends are stored in order after its release", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  using held = lockFile(path);
  const appends = Promise.all([0, 1, 2, 3].map((version) => {
    return store.append("order.1", [EVENT], { expectedVersion: version });
  }));
  await turns();
  assertEquals(await store.latestVersion("order.1"), 0);
  held[Symbol.dispose]();
  assertEquals((await appends).map(({ version }) => version), [1, 2, 3, 4]);
});

Deno.test("append() aborted while the file is locked rejects at once with the reason, and stores nothing", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  using held = lockFile(path);
  const controller = new AbortController();
  const append = store.append("order.1", [EVENT], { expectedVersion: 0, signal: controller.signal });
  const other = store.append("order.2", [EVENT], { expectedVersion: 0 });
  await turns();
  controller.abort(new Error("enough"));
  const error = await assertRejects(() => append);
  assertStringIncludes(String(error), "abort");
  held[Symbol.dispose]();
  await other;
  assertEquals(await store.latestVersion("order.1"), 0);
});

Deno.test("backend.close() waits for appends that wait for a lock", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const backend = await sqlite({ path });
  using held = lockFile(path);
  const append = backend.store("t").append("order.1", [EVENT], { expectedVersion: 0 });
  const closed = backend.close();
  await turns();
  held[Symbol.dispose]();
  assertEquals((await append).version, 1);
  await closed;
  await using again = await sqlite({ path });
  assertEquals(await again.store("t").latestVersion("order.1"), 1);
});

Deno.test("putSnapshot() fails, and stores nothing, if the file is locked for the whole timeout", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path, timeout: 20 });
  using _lock = lockFile(path);
  const { snapshots } = backend.store("t");
  const error = await failureOf(snapshots.put("order.1", { version: 1, schema: 1, eventId: "e", state: {} }));
  assertEquals(error.code, "unavailable");
  assertStringIncludes(error.message, "snapshot");
});
