import type { Log, Page } from "@flowmade-one/aether/adapter";
import { parseNamespace } from "@flowmade-one/aether";
import { sqliteDriver } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { cutToPageBytes, MAX_PAGE_BYTES, type StoredCommit } from "../../adapters/sqlite/log/stored_commit.ts";
import { TempFolder } from "./temp_folder.ts";

/** Runs a test on a log in a new file, with one commit for each number, which is the size of its data in bytes. */
async function withLog(bytes: readonly number[], run: (log: Log) => Promise<void>): Promise<void> {
  await using folder = await TempFolder.create();
  const options = { path: folder.newPath(), durability: "process", maxCommitBytes: 10_000_000 } as const;
  const driver = await sqliteDriver(options);
  const log = driver.open(parseNamespace("t"));
  await Promise.all(bytes.map((length, i) => {
    const event = { id: `e${i}`, type: "Made", schemaVersion: 1, data: "x".repeat(length), metadata: {} };
    return log.append({ actorId: "a", expectedVersion: "any", id: `c${i}`, timestamp: i, events: [event] }, undefined);
  }));
  try {
    await run(log);
  } finally {
    await driver.close();
  }
}

const ALL = {
  from: 1,
  to: Infinity,
  backwards: false,
  reached: 0,
  actors: undefined,
  limit: Infinity,
  identity: undefined,
};

const reads: [name: string, read: (log: Log) => Iterable<Page> | AsyncIterable<Page>][] = [
  ["readLog()", (log) => log.readLog(ALL, undefined)],
  ["readLog() backwards", (log) => log.readLog({ ...ALL, backwards: true }, undefined)],
  ["readActor()", (log) => log.readActor("a", { from: 1, to: Infinity, backwards: false, limit: Infinity }, undefined)],
  ["readActor() backwards", (log) => {
    return log.readActor("a", { from: 1, to: Infinity, backwards: true, limit: Infinity }, undefined);
  }],
];

/** `bytes` are the sizes of the commits, `most` is the greatest number of commits in a page. */
const logs: [name: string, bytes: number[], most: number][] = [
  ["1 commit", [1], 1],
  ["256 small commits", Array(256).fill(10), 256],
  ["257 small commits", Array(257).fill(10), 256],
  ["513 small commits", Array(513).fill(10), 256],
  ["300 commits of 16 kB", Array(300).fill(16_000), 124],
  ["10 commits of 1 MB", Array(10).fill(1_000_000), 1],
  ["small commits between commits larger than a page", [10, 3_000_000, 10, 10, 2_500_000, 3_000_000, 10], 2],
];

for (const [name, read] of reads) {
  for (const [title, bytes, most] of logs) {
    Deno.test(`${name} returns ${title} in pages of 256 commits and ${MAX_PAGE_BYTES} bytes at most`, async () => {
      await withLog(bytes, async (log) => {
        const pages: Page[] = [];
        for await (const page of read(log)) pages.push(page);
        const versions = pages.flat().map(({ version }) => version);
        const expected = bytes.map((_, i) => i + 1);
        assertEquals(versions, name.includes("backwards") ? expected.reverse() : expected);
        for (const page of pages) {
          assert(page.length <= most, `${page.length} commits in a page`);
          const total = page.reduce((sum, { data }) => sum + (data as string).length, 0);
          assert(page.length === 1 || total <= MAX_PAGE_BYTES, `${total} bytes in ${page.length} commits`);
        }
      });
    });
  }
}

Deno.test("follow() returns pages of 256 commits and of limited bytes at most", async () => {
  await withLog([...Array(300).fill(10), ...Array(5).fill(1_000_000)], async (log) => {
    const controller = new AbortController();
    const lengths: number[] = [];
    for await (const page of log.follow(ALL, controller.signal)) {
      if (page === "caughtUp") break;
      lengths.push(page.length);
    }
    assertEquals(lengths, [256, 45, 1, 1, 1, 1]);
  });
});

Deno.test("readLog() gives the event loop a turn between two pages", async () => {
  await withLog(Array(2_560).fill(10), async (log) => {
    let turns = 0;
    let isReading = true;
    const count = () => {
      turns++;
      if (isReading) setImmediate(count);
    };
    setImmediate(count);
    let pages = 0;
    for await (const _ of log.readLog(ALL, undefined)) pages++;
    isReading = false;
    assertEquals(pages, 10);
    assert(turns >= pages - 1, `${turns} turns`);
  });
});

const cuts: [bytes: number[], kept: number][] = [
  [[], 0],
  [[1], 1],
  [[MAX_PAGE_BYTES], 1],
  [[MAX_PAGE_BYTES + 1], 1],
  [[MAX_PAGE_BYTES - 1, 1], 2],
  [[MAX_PAGE_BYTES - 1, 2], 1],
  [[MAX_PAGE_BYTES + 1, 1], 1],
  [[1, MAX_PAGE_BYTES, 1], 1],
];

for (const [bytes, kept] of cuts) {
  Deno.test(`cutToPageBytes() keeps ${kept} of the commits with ${bytes.join(", ")} bytes`, () => {
    const rows = bytes.map((size): StoredCommit => [1, "a", 1, 1, "c", 0, size, null]);
    assertEquals(cutToPageBytes(rows), rows.slice(0, kept));
  });
}
