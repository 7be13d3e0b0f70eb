import { type Backend, isAetherError } from "@flowmade-one/aether";
import { sqlite, type SqliteOptions } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { denoCommand } from "../_support/deno.ts";
import { TurnCounter, turns } from "../_support/until.ts";
import { openStoreFile, writeFile } from "./open_file.ts";
import { executeSql, lockFile } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

const EVENT = { type: "Made", data: {} };

async function readCount(backend: Backend): Promise<number> {
  return (await backend.store("t").readAll({ after: "oldest-available" }).toArray()).length;
}

/** Changes some bytes of a file in place. */
async function overwrite(path: string, at: number, bytes: readonly number[]): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(Uint8Array.from(bytes));
}

async function writeAndExecute(path: string, statement: string): Promise<void> {
  await writeFile(path);
  executeSql(path, statement);
}

const unsuitable: [file: string, create: (path: string) => unknown, message: string][] = [
  ["with other content", (path) => Deno.writeTextFile(path, "events\n".repeat(100)), "not a SQLite database"],
  ["of 99 bytes", (path) => Deno.writeFile(path, new Uint8Array(99)), "not a SQLite database"],
  ["of another application", (path) => executeSql(path, "CREATE TABLE t (a)"), "database of another application"],
  ["of another application without tables", (path) => executeSql(path, "VACUUM"), "database of another application"],
  [
    "of another application in WAL mode",
    (path) => executeSql(path, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)"),
    "database of another application",
  ],
  [
    "of another application with an id",
    (path) => executeSql(path, "PRAGMA application_id = 7", "CREATE TABLE t (a)"),
    "database of another application",
  ],
  [
    "of a newer release",
    async (path) => {
      await writeFile(path);
      executeSql(path, "PRAGMA user_version = 99", "PRAGMA wal_checkpoint(TRUNCATE)");
    },
    "schema version 99",
  ],
  [
    "that was truncated",
    async (path) => {
      await writeFile(path);
      await Deno.truncate(path, 8_192);
    },
    "damaged",
  ],
  [
    "whose last 100 bytes are missing",
    async (path) => {
      await writeFile(path);
      await Deno.truncate(path, (await Deno.stat(path)).size - 100);
    },
    "damaged",
  ],
  ["without bounds", (path) => writeAndExecute(path, "DELETE FROM settings"), "damaged"],
  ["with bounds of null", (path) => writeAndExecute(path, "UPDATE settings SET value = 'null'"), "damaged"],
  ["with bounds that are no JSON", (path) => writeAndExecute(path, "UPDATE settings SET value = '{'"), "damaged"],
  [
    "with a quota of 0",
    (path) => writeAndExecute(path, `UPDATE settings SET value = '{"quota":{"maxCommits":0}}'`),
    "damaged",
  ],
  ["of schema version 0 with tables", (path) => writeAndExecute(path, "PRAGMA user_version = 0"), "damaged"],
  [
    "with a damaged header",
    async (path) => {
      await writeFile(path);
      await overwrite(path, 0, [0, 0, 0, 0]);
    },
    "not a SQLite database",
  ],
  [
    "with a damaged schema",
    async (path) => {
      await writeFile(path);
      await overwrite(path, 100, Array(200).fill(0xff));
    },
    "damaged",
  ],
  ["with a retention", (path) => writeFile(path, { retention: { maxCommits: 5 } }), 'are {"retention"'],
  ["with a quota", (path) => writeFile(path, { quota: { maxCommits: 5 } }), 'are {"quota"'],
];

for (const [file, create, message] of unsuitable) {
  Deno.test(`sqlite() refuses a file ${file}, and does not change any byte of it`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await create(path);
    const before = await Deno.readFile(path);
    const error = await assertRejects(() => sqlite({ path }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, message);
    assertStringIncludes(error.message, path);
    assertEquals(await Deno.readFile(path), before);
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["0.db"]);
  });
}

const bounds: [stored: Partial<SqliteOptions>, given: Partial<SqliteOptions>, fits: boolean][] = [
  [{}, {}, true],
  [{}, { retention: { maxCommits: 1 } }, false],
  [{ retention: { maxCommits: 1, maxAge: 1e10 } }, { retention: { maxAge: 1e10, maxCommits: 1 } }, true],
  [{ retention: { maxCommits: 1 } }, { retention: { maxCommits: 1, maxBytes: undefined } }, true],
  [{ retention: { maxCommits: 1 } }, { retention: { maxCommits: 2 } }, false],
  [{ retention: { maxCommits: 1 } }, { quota: { maxCommits: 1 } }, false],
  [{ quota: { maxBytes: 1_000 } }, { quota: { maxBytes: 1_000 } }, true],
];

for (const [stored, given, fits] of bounds) {
  const title = `a file with the bounds ${JSON.stringify(stored)}`;
  Deno.test(`sqlite() ${fits ? "opens" : "refuses"} ${title} with ${JSON.stringify(given)}`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await writeFile(path, stored);
    if (fits) {
      await using backend = await sqlite({ path, ...given });
      assertEquals(await readCount(backend), 1);
    } else {
      const error = await assertRejects(() => sqlite({ path, ...given }));
      assert(isAetherError(error, "unsupported-storage"));
    }
  });
}

Deno.test("sqlite() opens one file by a path, by a relative path and by a URL", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await writeFile(path);
  const up = Deno.cwd().split("/").slice(1).map(() => "..").join("/");
  for (const given of [path, pathToFileURL(path), `${up}${path}`]) {
    await using backend = await sqlite({ path: given });
    assertEquals(await readCount(backend), 1, String(given));
  }
});

Deno.test("sqlite() opens an empty file as a new one", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await Deno.writeFile(path, new Uint8Array());
  await writeFile(path);
});

Deno.test("sqlite() creates a new file once when many open it at the same time", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const backends = await Promise.all(Array.from({ length: 16 }, () => sqlite({ path, quota: { maxCommits: 20 } })));
  await Promise.all(backends.map((backend) => {
    return backend.store("t").append("order.1", [EVENT], { expectedVersion: "any" });
  }));
  assertEquals(await readCount(backends[0]!), 16);
  await Promise.all(backends.map((backend) => backend.close()));
});

const unavailable: [file: string, path: (folder: TempFolder) => Promise<string> | string][] = [
  ["in a folder that does not exist", (folder) => `${folder.path}/missing/events.db`],
  ["that is a folder", async (folder) => {
    const path = folder.newPath();
    await Deno.mkdir(path);
    return path;
  }],
  ["below a file", async (folder) => {
    const path = folder.newPath();
    await writeFile(path);
    return `${path}/events.db`;
  }],
];

for (const [file, path] of unavailable) {
  Deno.test(`sqlite() throws UnavailableError with the cause for a file ${file}`, async () => {
    await using folder = await TempFolder.create();
    const error = await assertRejects(async () => sqlite({ path: await path(folder) }));
    assert(isAetherError(error, "unavailable"), String(error));
    assert(error.cause !== undefined);
  });
}

Deno.test("sqlite() throws UnavailableError when another program keeps the file locked for the timeout", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  using lock = lockFile(path, "EXCLUSIVE");
  const error = await assertRejects(() => sqlite({ path, timeout: 50 }));
  lock[Symbol.dispose]();
  assert(isAetherError(error, "unavailable"), String(error));
  assertStringIncludes(error.message, "kept it locked");
  await writeFile(path);
});

Deno.test("sqlite() waits by timers while another program keeps the whole file locked", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await writeFile(path);
  using lock = lockFile(path, "EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE");
  using counter = new TurnCounter();
  const error = await assertRejects(() => sqlite({ path, timeout: 300 }));
  assert(isAetherError(error, "unavailable"), String(error));
  assert(counter.turn > 20, `${counter.turn} turns of the event loop`);
  const opened = sqlite({ path });
  await turns();
  lock[Symbol.dispose]();
  await using backend = await opened;
  assertEquals(await readCount(backend), 1);
});

Deno.test("sqlite() waits while another program has a new file locked", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  using lock = lockFile(path, "EXCLUSIVE");
  const opened = sqlite({ path, timeout: 60_000 });
  await turns(1);
  lock[Symbol.dispose]();
  await using backend = await opened;
  assertEquals(await readCount(backend), 0);
});

const refused: [option: string, options: Record<string, unknown>][] = [
  ["path", {}],
  ["path", { path: "" }],
  ["path", { path: ":memory:" }],
  ["path", { path: ":other:" }],
  ["path", { path: "file:events.db" }],
  ["path", { path: "a\0b" }],
  ["path", { path: 7 }],
  ["path", { path: new URL("https://example.com/events.db") }],
  ["path", { path: new URL("file:///events.db?mode=ro") }],
  ["path", { path: new URL("file:///events.db#a") }],
  ["path", { path: new URL("file://host/events.db") }],
  ["path", { path: new URL("file:///a%2Fevents.db") }],
  ["path", { path: new URL("file:///a%00b") }],
  ["durability", { path: "x.db", durability: "quorum" }],
  ["durability", { path: "x.db", durability: "none" }],
  ["maxCommitBytes", { path: "x.db", maxCommitBytes: 0 }],
  ["maxCommitBytes", { path: "x.db", maxCommitBytes: 500_000_001 }],
  ["timeout", { path: "x.db", timeout: 0 }],
  ["timeout", { path: "x.db", timeout: 2 ** 31 }],
  ["pollInterval", { path: "x.db", pollInterval: 0 }],
  ["pollInterval", { path: "x.db", pollInterval: 1.5 }],
  ["pollInterval", { path: "x.db", pollInterval: 2 ** 31 }],
  ["retention", { path: "x.db", retention: {} }],
  ["quota.maxCommits", { path: "x.db", quota: { maxCommits: 0 } }],
  ["quota", { path: "x.db", quota: { maxCommits: 1 }, retention: { maxCommits: 1 } }],
  ["now", { path: "x.db", now: 7 }],
  ["file", { path: "x.db", file: "y.db" }],
];

for (const [argument, options] of refused) {
  const given = options["path"] instanceof URL ? options["path"].href : JSON.stringify(options);
  Deno.test(`sqlite() refuses the option ${argument} of ${given}, and creates no file`, async () => {
    const error = await assertRejects(() => sqlite(options as unknown as SqliteOptions));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
    await assertRejects(() => Deno.stat("x.db"), Deno.errors.NotFound);
  });
}

Deno.test("sqlite() bounds the page cache of a connection to 2 MB", async () => {
  await using folder = await TempFolder.create();
  const file = await openStoreFile(folder.newPath());
  // A negative number counts KiB, a positive one pages: https://www.sqlite.org/pragma.html#pragma_cache_size.
  assertEquals(file.connection.row("PRAGMA cache_size"), [-2_000]);
  file.close();
});

Deno.test("sqlite() accepts the greatest limits", async () => {
  await using folder = await TempFolder.create();
  const most = 2 ** 31 - 1;
  const options = { path: folder.newPath(), maxCommitBytes: 500_000_000, timeout: most, pollInterval: most };
  await using backend = await sqlite(options);
  assertEquals(backend.capabilities, { durability: "disk", maxCommitBytes: 500_000_000 });
});

Deno.test("sqlite() needs only the permissions to read and write its path", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const flags = ["--quiet", "--no-prompt", `--allow-read=${path}`, `--allow-write=${path}`];
  const { code, stderr } = await denoCommand(["run", ...flags, "tests/sqlite/use_everything.ts", path]).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});
