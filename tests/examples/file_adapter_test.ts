import { conformanceCases } from "@flowmade-one/aether/conformance";
import { isAetherError } from "@flowmade-one/aether";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { file } from "../../examples/file_adapter/file.ts";

const unlimited = { reason: "the files keep all events, until the disk is full" };
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "aether-file-" });
  folders.push(folder);
  return folder;
}

Deno.test.afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => Deno.remove(folder, { recursive: true })));
});

const cases = conformanceCases({
  open: async (options) => file(await newFolder(), options),
  reopen: async () => {
    const folder = await newFolder();
    return () => file(folder);
  },
  sharedStorage: { reason: "a lock keeps a folder for one backend at a time" },
  records: { reason: "the files keep events and snapshots only" },
  calls: { reason: "only one process can open the files" },
  retainCommits: unlimited,
  retainBytes: unlimited,
  retainAge: unlimited,
  quotaCommits: unlimited,
  quotaBytes: unlimited,
});

for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });

Deno.test("file() skips only the conformance cases of the capabilities that it declines", () => {
  const skipped = cases.flatMap(({ needs, skip }) => skip === undefined ? [] : [needs]);
  const declined = [
    "calls",
    "quotaBytes",
    "quotaCommits",
    "records",
    "retainAge",
    "retainBytes",
    "retainCommits",
    "sharedBus",
    "sharedStorage",
  ];
  assertEquals([...new Set<string | undefined>(skipped)].sort(), declined);
});

Deno.test("file() refuses a folder that another backend has open, until that backend is closed", async () => {
  const folder = await newFolder();
  const first = await file(folder);
  const error = await assertRejects(() => file(folder), UnavailableError);
  assertEquals(error.message, `Cannot open "${folder}": another backend has it open. Close that backend first`);
  await first.close();
  await (await file(folder)).close();
});

const torn: [testCase: string, tail: string][] = [
  ["half a line", '{"actorId":"order.1","id":"c3","ver'],
  ["a longer part of a line", '{"actorId":"order.1","id":"c3","version":3,"commit":{"time":1,"events":[{"id":"e'],
  ["a line whose middle was not written", '{"actorId":"order.1","id":"c3","ver\0\0\0\0\0\0"}]}}\n'],
  ["zeros", "\0\0\0\0"],
];

for (const [testCase, tail] of torn) {
  Deno.test(`FileLog ignores ${testCase} at the end of its file, and replaces it at the next append`, async () => {
    const folder = await newFolder();
    await record(folder, 2);
    const path = `${folder}/ns.prod+8.jsonl`;
    const whole = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, tail, { append: true });
    assertEquals(await record(folder, 1), [1, 2, 3]);
    const content = await Deno.readTextFile(path);
    assert(content.startsWith(whole) && content.split("\n").length === 5, content);
    assertEquals(await record(folder, 0), [1, 2, 3]);
  });
}

for (const torn of ['{"log":"3f9c', '{"log":"3f9c0a1b2c4d"}\n', '{"log":"3f9c0a1b2c4d"}\n{"actorId']) {
  Deno.test(`FileLog treats a file with only ${JSON.stringify(torn)} as a namespace without events`, async () => {
    const folder = await newFolder();
    await Deno.writeTextFile(`${folder}/ns.prod+8.jsonl`, torn);
    {
      await using backend = await file(folder);
      assertEquals(await Array.fromAsync(backend.namespaces(backend.grant(">", { reason: "test" }))), []);
    }
    assertEquals(await record(folder, 2), [1, 2]);
    assertEquals(await record(folder, 0), [1, 2]);
  });
}

Deno.test("FileLog rejects a file whose first line has no log identity", async () => {
  const folder = await newFolder();
  await record(folder, 1);
  const path = `${folder}/ns.prod+8.jsonl`;
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace(/^.*\n/, '{"log":"mine"}\n'));
  await using backend = await file(folder);
  const error = await backend.store("Prod").readAll().toArray().catch((error: unknown) => error);
  assert(isAetherError(error, "corrupt-data") && error.message.includes("it has no log identity"), String(error));
});

Deno.test("FileLog rejects reads and appends if a line before the last is damaged", async () => {
  const folder = await newFolder();
  await record(folder, 3);
  const path = `${folder}/ns.prod+8.jsonl`;
  const [first, ...rest] = (await Deno.readTextFile(path)).split("\n");
  await Deno.writeTextFile(path, [first!.slice(0, -1), ...rest].join("\n"));
  await using backend = await file(folder);
  const store = backend.store("Prod");
  const append = store.append("order.1", [{ type: "Made", data: {} }], { expectedVersion: "any" });
  for (const attempt of [append, store.readAll().toArray(), store.latestVersion("order.1")]) {
    const error = await attempt.then(() => undefined, (error: unknown) => error);
    assert(isAetherError(error, "corrupt-data") && error.message.includes("at byte 0"), String(error));
  }
});

Deno.test("append() has an unknown outcome if the file cannot be written, and can be repeated", async () => {
  const folder = await newFolder();
  await using backend = await file(`${folder}/data`);
  const store = backend.store("Prod");
  await Deno.rename(`${folder}/data`, `${folder}/moved`);
  const append = () => store.append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0, commitId: "c1" });
  const error = await append().catch((error: unknown) => error);
  assert(isAetherError(error, "outcome-unknown") && error.commitId === "c1", String(error));
  await Deno.rename(`${folder}/moved`, `${folder}/data`);
  assertEquals((await append()).version, 1);
});

/** Opens the folder, appends a number of commits of one event, closes it, and returns the stored versions. */
async function record(folder: string, commits: number): Promise<number[]> {
  await using backend = await file(folder);
  const store = backend.store("Prod");
  for (let i = 0; i < commits; i++) {
    await store.append("order.1", [{ type: "Made", data: { i } }], { expectedVersion: "any" });
  }
  return (await store.read("order.1").toArray()).map(({ version }) => version);
}
