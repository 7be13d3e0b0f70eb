/**
 * Mutation tests of the SQLite adapter. A mutant is a copy of the project with one change in the adapter. One test must
 * fail on it.
 */
import { assert, assertEquals } from "@std/assert";
import { inRoot } from "../../../tools/root.ts";
import { denoArguments } from "../../_support/deno.ts";

interface Mutant {
  /** The fault, as a predicate of the adapter. */
  readonly name: string;
  /** The changed file, below adapters/sqlite. */
  readonly file: string;
  /** The code that is replaced. It occurs once in the file. */
  readonly code: string;
  /** The code that replaces it. */
  readonly mutation: string;
  /** The file with the test that has to fail, below tests/sqlite. */
  readonly test: string;
  /** A part of the name of that test. */
  readonly filter: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "acknowledges before COMMIT",
    file: "database/write_queue.ts",
    code: `connection.run("COMMIT");`,
    mutation: `for (const write of group) write.committed();\nconnection.run("COMMIT");`,
    test: "faults/full_disk_test.ts",
    filter: "loses nothing: durability process",
  },
  {
    name: "reports after a failed COMMIT that nothing was stored",
    file: "database/write_queue.ts",
    code: `const isUnknown = applied > group.length && kind === "io";`,
    mutation: `const isUnknown = false;`,
    test: "faults/full_disk_test.ts",
    filter: "loses nothing: durability process",
  },
  {
    name: "fails an append at the first lock of another program",
    file: "database/write_queue.ts",
    code: `if (now - write.waitingSince < this.#timeout) continue;`,
    mutation: ``,
    test: "faults/locked_file_test.ts",
    filter: "append() waits for a lock",
  },
  {
    name: "blocks the event loop while another program has the lock",
    file: "database/connection.ts",
    code: `const BUSY_TIMEOUT_MS = 2;`,
    mutation: `const BUSY_TIMEOUT_MS = 2_000;`,
    test: "faults/locked_file_test.ts",
    filter: "append() fails after its timeout",
  },
  {
    name: "leaves other processes no time between its transactions",
    file: "database/write_queue.ts",
    code: `this.#lockTurns.pause(now)`,
    mutation: `0`,
    test: "lone_writer_test.ts",
    filter: "WriteQueue pauses",
  },
  {
    name: "stores an append after it was aborted",
    file: "database/pending_write.ts",
    code: `if (queue.remove(this)) this.reject(signal.reason);`,
    mutation: `this.reject(signal.reason);`,
    test: "faults/locked_file_test.ts",
    filter: "aborted while the file is locked",
  },
  {
    name: "writes to a file that was replaced",
    file: "database/file_identity.ts",
    code: `facts.ino !== this.#opened.ino`,
    mutation: `false`,
    test: "faults/replaced_file_test.ts",
    filter: "append() fails, and stores nothing, after the file was replaced by a backup",
  },
  {
    name: "never flushes",
    file: "database/open_file.ts",
    code: `isDisk ? "FULL" : "NORMAL"`,
    mutation: `"NORMAL"`,
    test: "durability_test.ts",
    filter: "durability disk",
  },
  {
    name: "uses cached versions after another process has appended",
    file: "database/store_file.ts",
    code: `    this.#dataVersion = dataVersion;\n    this.#generation++;`,
    mutation: `    this.#dataVersion = dataVersion;`,
    test: "conformance_test.ts",
    filter: "append() with an expected version that another backend has passed",
  },
  {
    name: "uses cached versions of a transaction that was rolled back",
    file: "database/store_file.ts",
    code: `  invalidate(): void {\n    this.#generation++;`,
    mutation: `  invalidate(): void {`,
    test: "faults/full_disk_test.ts",
    filter: "loses nothing: durability process",
  },
  {
    name: "skips commits that another process has deleted",
    file: "log/log_pages.ts",
    code: `if (next <= expired || rows[0]?.[0] !== next)`,
    mutation: `if (rows.length === 0)`,
    test: "faults/retention_test.ts",
    filter: "subscribe() fails if its next commit expires while it waits",
  },
  {
    name: "fails a read of the oldest commits if they expire during the read",
    file: "log/log_pages.ts",
    code: `if (!this.#canRestart || !(error instanceof EventsExpiredError)) throw error;`,
    mutation: `throw error;`,
    test: "reads_beside_expiry_test.ts",
    filter: "begins at the oldest commit",
  },
  {
    name: "forgets the version of an actor whose commits have expired",
    file: "log/expiry.ts",
    code: `    connection.run(SET_VERSION_FLOORS, log.id, lastDeleted);\n`,
    mutation: ``,
    test: "faults/retention_test.ts",
    filter: "stops a file from growing",
  },
  {
    name: "reads pages of any size",
    file: "log/stored_commit.ts",
    code: `if (total > MAX_PAGE_BYTES && i > 0)`,
    mutation: `if (false)`,
    test: "pages_test.ts",
    filter: "10 commits of 1 MB",
  },
  {
    name: "leaves checkpoints to SQLite",
    file: "database/store_file.ts",
    code: `this.#checkpoints?.committed(bytes);`,
    mutation: ``,
    test: "faults/wal_size_test.ts",
    filter: "overlap its commits",
  },
  {
    name: "ignores the id of another application",
    file: "database/check_file.ts",
    code: `if (connection.readPragma("application_id") !== APPLICATION_ID)`,
    mutation: `if (false)`,
    test: "open_test.ts",
    filter: "of another application in WAL mode",
  },
  {
    name: "writes the WAL of a crash into a file that it refuses",
    file: "database/check_file.ts",
    code: `if (hasJournal(path) === false) return;`,
    mutation: `return;`,
    test: "crashed_file_test.ts",
    filter: "of a newer release",
  },
  {
    name: "delivers commits of other processes after later ones of its own",
    file: "bus/bus_carrier.ts",
    code: `if (this.#listeners.size > 0) this.#notice();`,
    mutation: ``,
    test: "conformance_test.ts",
    filter: "append() of several backends to one actor reaches each bus",
  },
];

/** Milliseconds after which the test of a mutant is killed. The mutation test then fails. */
const MAX_TEST_MS = 60_000;

/** Makes a folder with links to the files of the project, and a copy of adapters/sqlite that can be changed. */
async function linkProject(): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "aether-mutants-" });
  for await (const { name } of Deno.readDir(inRoot("."))) {
    if (name !== "adapters" && !name.startsWith(".")) await Deno.symlink(inRoot(name), `${root}/${name}`);
  }
  await Deno.mkdir(`${root}/adapters`);
  for await (const { name } of Deno.readDir(inRoot("adapters"))) {
    if (name !== "sqlite") await Deno.symlink(inRoot(`adapters/${name}`), `${root}/adapters/${name}`);
  }
  await copyFolder(inRoot("adapters/sqlite"), `${root}/adapters/sqlite`);
  return root;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(`${from}/${name}`, `${to}/${name}`);
  }
}

for (const { name, file, code, mutation, test, filter } of MUTANTS) {
  Deno.test(`${test} finds an adapter that ${name}`, async () => {
    const root = await linkProject();
    const path = `${root}/adapters/sqlite/${file}`;
    const source = await Deno.readTextFile(path);
    assertEquals(source.split(code).length, 2, `${file} has the code of the mutant once`);
    await Deno.writeTextFile(path, source.replace(code, () => mutation));
    const args = denoArguments(["test", "-A", "--quiet", "--no-check", "--filter", filter, `tests/sqlite/${test}`]);
    const { code: exitCode, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: args.map((arg) => arg === inRoot("deno.offline.json") ? `${root}/deno.offline.json` : arg),
      cwd: root,
      env: { NO_COLOR: "1" },
      signal: AbortSignal.timeout(MAX_TEST_MS),
    }).output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    await Deno.remove(root, { recursive: true });
    assert(exitCode !== 0 && /^FAILED \| .*[1-9]\d* failed/m.test(output), output);
  });
}
