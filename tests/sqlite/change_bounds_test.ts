import { changeBounds, type ChangeBoundsOptions, sqlite, type SqliteOptions } from "@flowmade-one/aether/sqlite";
import { type EventStore, isAetherError } from "@flowmade-one/aether";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { writeBounds } from "../../adapters/sqlite/database/bounds.ts";
import { failureOf } from "./failure_of.ts";
import { openStoreFile, writeFile } from "./open_file.ts";
import { damageTable, lockFile } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

const EVENT = { type: "Made", data: {} };

async function append(store: EventStore, commits: number): Promise<void> {
  await Promise.all(Array.from({ length: commits }, () => {
    return store.append("order.1", [EVENT], { expectedVersion: "any" });
  }));
}

/** The versions of the events that have not expired. */
async function versionsLeft(store: EventStore): Promise<number[]> {
  return (await store.readAll({ after: "oldest-available" }).toArray()).map(({ version }) => version);
}

Deno.test("changeBounds() sets a retention that expires commits at once, also for an open backend", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  await append(store, 10);
  await changeBounds({ path, retention: { maxCommits: 3 } });
  assertEquals(await versionsLeft(store), [8, 9, 10]);
  assertEquals((await failureOf(store.read("order.1").toArray())).code, "events-expired");
  assertEquals((await failureOf(store.readAll().toArray())).code, "events-expired");
  await append(store, 1);
  assertEquals(await versionsLeft(store), [9, 10, 11]);
});

Deno.test("changeBounds() makes an open subscription fail if its next commits expire", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  await append(store, 600);
  await using subscription = store.subscribe();
  let seen = 0;
  const error = await failureOf((async () => {
    for await (const { version } of subscription) {
      assertEquals(version, ++seen);
      if (seen === 1) await changeBounds({ path, retention: { maxCommits: 1 } });
    }
  })());
  assertEquals(error.code, "events-expired");
});

Deno.test("changeBounds() deletes a long backlog of expired commits in every namespace", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  {
    await using backend = await sqlite({ path, durability: "process" });
    await append(backend.store("t"), 5_000);
    await append(backend.store("u"), 100);
  }
  await changeBounds({ path, retention: { maxCommits: 10 } });
  const database = new DatabaseSync(path);
  const rows = database.prepare("SELECT namespace, count(*) AS count FROM commits GROUP BY namespace").all();
  database.close();
  assertEquals(rows.map(({ count }) => count), [10, 10]);
  await using backend = await sqlite({ path, retention: { maxCommits: 10 } });
  assertEquals(await backend.store("t").latestVersion("order.1"), 5_000);
});

Deno.test("changeBounds() adds, raises and removes a quota, for the next append of an open backend", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  await append(store, 5);
  await changeBounds({ path, quota: { maxCommits: 5 } });
  assertEquals((await failureOf(append(store, 1))).code, "quota-exceeded");
  await changeBounds({ path, quota: { maxCommits: 6 } });
  await append(store, 1);
  assertEquals((await failureOf(append(store, 1))).code, "quota-exceeded");
  await changeBounds({ path });
  await append(store, 5);
  assertEquals(await store.latestVersion("order.1"), 11);
});

Deno.test("changeBounds() without a retention keeps the remaining commits, and expired commits stay expired", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path, retention: { maxCommits: 2 } });
  const store = backend.store("t");
  await append(store, 4);
  await changeBounds({ path });
  await append(store, 2);
  assertEquals(await versionsLeft(store), [3, 4, 5, 6]);
  assertEquals((await failureOf(store.read("order.1").toArray())).code, "events-expired");
});

Deno.test("changeBounds() with maxAge measures age by the clock of this process", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  let time = Date.now() - 7_200_000;
  await using backend = await sqlite({ path, now: () => time });
  const store = backend.store("t");
  await append(store, 2);
  time = Date.now();
  await append(store, 1);
  await changeBounds({ path, retention: { maxAge: 3_600_000 } });
  assertEquals(await versionsLeft(store), [3]);
});

Deno.test("sqlite() requires the bounds that changeBounds() has stored", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await (await sqlite({ path, retention: { maxCommits: 2 } })).close();
  await changeBounds({ path, quota: { maxBytes: 1_000 } });
  const refused: Partial<SqliteOptions>[] = [{}, { retention: { maxCommits: 2 } }, { quota: { maxBytes: 999 } }];
  for (const options of refused) {
    assertEquals((await failureOf(sqlite({ path, ...options }))).code, "unsupported-storage", JSON.stringify(options));
  }
  await (await sqlite({ path, quota: { maxBytes: 1_000 } })).close();
});

for (const retention of [{ maxCommits: 3 }, { maxBytes: 200 }, { maxCommits: 3, maxBytes: 1_000 }]) {
  Deno.test(`reads honour the bounds ${JSON.stringify(retention)} before the expiry of commits is stored`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await using backend = await sqlite({ path, newId: () => "id", now: () => 1_767_225_600_000 });
    const store = backend.store("t");
    await append(store, 10);
    const file = await openStoreFile(path);
    writeBounds(file.connection, { retention, quota: undefined });
    file.close();
    const expected = retention.maxCommits === 3 ? [8, 9, 10] : [9, 10];
    assertEquals(await versionsLeft(store), expected);
    assertEquals((await failureOf(store.read("order.1").toArray())).code, "events-expired");
    assertEquals((await failureOf(store.readAll().toArray())).code, "events-expired");
    const backwards: number[] = [];
    const error = await failureOf((async () => {
      for await (const { version } of store.readAll({ direction: "backwards" })) backwards.push(version);
    })());
    assertEquals([error.code, backwards.reverse()], ["events-expired", expected]);
  });
}

Deno.test("changeBounds() waits for a lock for its timeout, then changes nothing", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await (await sqlite({ path })).close();
  using lock = lockFile(path);
  const error = await failureOf(changeBounds({ path, quota: { maxCommits: 1 }, timeout: 50 }));
  lock[Symbol.dispose]();
  assertEquals(error.code, "unavailable");
  await (await sqlite({ path })).close();
});

Deno.test("changeBounds() refuses a file that does not exist, and creates none", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  assertEquals((await failureOf(changeBounds({ path }))).code, "unavailable");
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("changeBounds() refuses a file of another application, and does not change it", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await Deno.writeTextFile(path, "notes\n".repeat(100));
  assertEquals((await failureOf(changeBounds({ path }))).code, "unsupported-storage");
  assertEquals(await Deno.readTextFile(path), "notes\n".repeat(100));
});

Deno.test("changeBounds() changes nothing in a file whose list of namespaces is damaged", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await writeFile(path);
  await damageTable(path, "namespaces");
  const error = await failureOf(changeBounds({ path, retention: { maxCommits: 1 } }));
  assertEquals(
    [error.code, error.message],
    [
      "unsupported-storage",
      "Cannot change the bounds of the file: the file is damaged. Restore it from a backup",
    ],
  );
  await using backend = await sqlite({ path });
  const grant = backend.grant(">", { reason: "test" });
  assertEquals((await failureOf(Array.fromAsync(backend.namespaces(grant)))).code, "unsupported-storage");
});

const refused: [argument: string, options: unknown][] = [
  ["options", undefined],
  ["options", null],
  ["options", "x.db"],
  ["path", { path: "" }],
  ["path", {}],
  ["retention", { path: "x.db", retention: {} }],
  ["maxAge", { path: "x.db", quota: { maxAge: 1 } }],
  ["quota", { path: "x.db", quota: { maxCommits: 1 }, retention: { maxCommits: 1 } }],
  ["timeout", { path: "x.db", timeout: 0 }],
  ["maxCommits", { path: "x.db", maxCommits: 1 }],
];

for (const [argument, options] of refused) {
  Deno.test(`changeBounds() refuses the option ${argument} of ${JSON.stringify(options)}`, async () => {
    const error = await assertRejects(() => changeBounds(options as unknown as ChangeBoundsOptions));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}
