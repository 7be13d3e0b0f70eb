import { parseNamespace } from "@flowmade-one/aether";
import { stringifyCommit } from "@flowmade-one/aether/adapter";
import { assert, assertEquals } from "@std/assert";
import type { StoreFile } from "../../adapters/sqlite/database/store_file.ts";
import { appendCommit } from "../../adapters/sqlite/log/append_commit.ts";
import { Expiry } from "../../adapters/sqlite/log/expiry.ts";
import { LogState } from "../../adapters/sqlite/log/log_state.ts";
import { openStoreFile } from "./open_file.ts";
import { TempFolder } from "./temp_folder.ts";

/** Appends commits with data of a size. */
function append(log: LogState, commits: number, bytes: number): void {
  const events = [{ id: "e", type: "Made", schemaVersion: 1, data: "x".repeat(bytes), metadata: {} }];
  const content = { timestamp: 1, events };
  const body = stringifyCommit(content);
  log.file.connection.run("BEGIN");
  for (let n = 0; n < commits; n++) {
    const commit = { actorId: "order.1", expectedVersion: "any", id: `c${n}`, ...content } as const;
    const outcome = appendCommit(log, commit, body, body.length);
    assert("ok" in outcome && outcome.ok);
  }
  log.file.connection.run("COMMIT");
}

function storedCommits({ connection }: StoreFile): number {
  return connection.row("SELECT count(*) FROM commits")![0] as number;
}

const deletions: [title: string, commits: number, bytes: number, left: number[]][] = [
  ["2,048 commits in a transaction", 5_000, 10, [2_952, 904, 1]],
  ["8 MB in a transaction", 30, 1_000_000, [23, 16, 9, 2, 2]],
  ["one commit in a transaction that has more than 8 MB alone", 3, 9_000_000, [2, 1]],
  ["no commit if fewer than 64 with less than 8 MB have expired", 64, 10, [64]],
  ["64 expired commits at once", 65, 10, [1]],
];

for (const [title, commits, bytes, left] of deletions) {
  Deno.test(`Expiry.run() deletes ${title}`, async () => {
    await using folder = await TempFolder.create();
    const file = await openStoreFile(folder.newPath(), "process", { maxCommits: 1 });
    const log = new LogState(parseNamespace("t"), file);
    append(log, commits, bytes);
    const counts: number[] = [];
    let isContinued = true;
    const expiry = new Expiry(log, Date.now, () => isContinued = true);
    while (isContinued) {
      isContinued = false;
      file.connection.run("BEGIN");
      expiry.run();
      file.connection.run("COMMIT");
      counts.push(storedCommits(file));
    }
    assertEquals(counts, left);
    assertEquals(log.versionOf("order.1"), commits);
    file.close();
  });
}
