import { isAetherError } from "@flowmade-one/aether";
import { sqlite, type SqliteOptions } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { denoCommand } from "../_support/deno.ts";
import { writeFile } from "./open_file.ts";
import { executeSql } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

/** Ignores that a file is absent. */
function ignoreAbsent(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** Executes statements, and returns a copy of the file and of its journal as they remain if the process crashes. */
async function crashAfter(folder: TempFolder, path: string, ...statements: readonly string[]): Promise<string> {
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  const copy = folder.newPath();
  for (const suffix of ["", "-wal", "-journal"]) {
    await Deno.copyFile(`${path}${suffix}`, `${copy}${suffix}`).catch(ignoreAbsent);
  }
  database.close();
  return copy;
}

/** Creates a file with one event whose process crashes after these statements. Returns its path. */
async function crashedFile(folder: TempFolder, ...statements: readonly string[]): Promise<string> {
  const path = folder.newPath();
  await writeFile(path);
  return await crashAfter(folder, path, ...statements);
}

/** Statements that write a part of an open transaction into the file, so that it needs its rollback journal. */
const UNFINISHED = [
  "PRAGMA journal_mode = DELETE",
  "PRAGMA cache_size = 1",
  "BEGIN",
  "CREATE TABLE blobs (content BLOB)",
  ...Array(20).fill("INSERT INTO blobs VALUES (zeroblob(100000))"),
];

/** The digests of a file and of its WAL; `undefined` for an absent one. */
async function digestsOf(path: string): Promise<(string | undefined)[]> {
  return await Promise.all([path, `${path}-wal`].map((file) => digestOf(file).catch(ignoreAbsent)));
}

async function digestOf(path: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
}

/** Overwrites the page of the table `settings`. */
async function damage(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(4_096, Deno.SeekMode.Start);
  await file.write(new Uint8Array(4_096).fill(0xff));
}

const RENAME = "UPDATE namespaces SET name = 'u'";
const refused: [file: string, statement: string, message: string, options?: RefusedOptions][] = [
  ["of a newer release", "PRAGMA user_version = 99", "schema version 99"],
  ["of another application", "PRAGMA application_id = 7", "database of another application"],
  ["without bounds", "DELETE FROM settings", "damaged"],
  ["without a table", "DROP TABLE settings", "damaged"],
  ["with a damaged page", RENAME, "damaged", { change: damage }],
  ["with other bounds", RENAME, "changeBounds", { quota: { maxCommits: 5 } }],
];

/** Options of `sqlite()`, and a change of the file after the crash. */
interface RefusedOptions extends Partial<SqliteOptions> {
  readonly change?: (path: string) => Promise<void>;
}

for (const [file, statement, message, { change, ...options } = {}] of refused) {
  Deno.test(`sqlite() refuses a file ${file}, and changes neither the file nor the WAL of a crash`, async () => {
    await using folder = await TempFolder.create();
    const crashed = await crashedFile(folder, statement);
    await change?.(crashed);
    const before = await digestsOf(crashed);
    assert((await Deno.stat(`${crashed}-wal`)).size > 0);
    const error = await assertRejects(() => sqlite({ path: crashed, ...options }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals(await digestsOf(crashed), before);
  });
}

Deno.test("sqlite() does not change a refused file if it has no permission to check for a WAL", async () => {
  await using folder = await TempFolder.create();
  const crashed = await crashedFile(folder, "PRAGMA user_version = 99");
  const before = await digestsOf(crashed);
  const flags = ["--quiet", "--no-prompt", `--allow-read=${crashed}`, `--allow-write=${crashed}`];
  const { stderr } = await denoCommand(["run", ...flags, "tests/sqlite/use_everything.ts", crashed]).output();
  assertStringIncludes(new TextDecoder().decode(stderr), "schema version 99");
  assertEquals(await digestsOf(crashed), before);
});

Deno.test("sqlite() changes neither a file that it refuses at a symbolic link, nor its WAL", async () => {
  await using folder = await TempFolder.create();
  const crashed = await crashedFile(folder, "PRAGMA user_version = 99");
  const before = await digestsOf(crashed);
  const link = folder.newPath();
  await Deno.symlink(crashed, link);
  const error = await assertRejects(() => sqlite({ path: link }));
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertEquals(await digestsOf(crashed), before);
});

for (const isWide of [true, false]) {
  const permission = isWide ? "all permissions" : "permission for the file only";
  Deno.test(`sqlite() with ${permission} opens a file whose last page a checkpoint has written in part`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await (await sqlite({ path })).close();
    const statements = [
      "PRAGMA wal_autocheckpoint = 0",
      "CREATE TABLE blobs (a)",
      "INSERT INTO blobs VALUES (zeroblob(10000))",
    ];
    const crashed = await crashAfter(folder, path, ...statements);
    await Deno.writeFile(crashed, new Uint8Array(1_000), { append: true });
    const flags = isWide ? ["-A"] : ["--no-prompt", `--allow-read=${crashed}`, `--allow-write=${crashed}`];
    const program = ["tests/sqlite/use_everything.ts", crashed];
    const { success, stderr } = await denoCommand(["run", "--quiet", ...flags, ...program]).output();
    assert(success, new TextDecoder().decode(stderr));
  });
}

Deno.test("sqlite() opens a file with the WAL of a crash", async () => {
  await using folder = await TempFolder.create();
  await using backend = await sqlite({ path: await crashedFile(folder, RENAME) });
  assertEquals((await backend.store("u").readAll().toArray()).length, 1);
});

Deno.test("sqlite() rolls back the transaction of a crash while the file had a rollback journal", async () => {
  await using folder = await TempFolder.create();
  const crashed = await crashedFile(folder, ...UNFINISHED);
  assert((await Deno.stat(crashed)).size > 1_000_000);
  await using backend = await sqlite({ path: crashed });
  assertEquals((await backend.store("t").readAll().toArray()).length, 1);
});

Deno.test("sqlite() rolls back the transaction of a crash in a file of another application that it refuses", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  executeSql(path, "CREATE TABLE t (a)");
  const before = await digestOf(path);
  const crashed = await crashAfter(folder, path, ...UNFINISHED);
  const error = await assertRejects(() => sqlite({ path: crashed }));
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, "database of another application");
  assertEquals(await digestOf(crashed), before);
});
