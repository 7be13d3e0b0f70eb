import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { changeBounds, renewLogIdentity, sqlite } from "../../adapters/sqlite/mod.ts";
import { expectEqual, expectError, expectTrue } from "../../conformance/expect.ts";

/** The locks of all processes. Only Linux has this file. */
const LOCKS = "/proc/locks";

/**
 * How often the file of locks is read. While other processes lock and unlock files, Linux lists some locks twice and
 * leaves others out: one of 1,000 reads lacked a lock that was held.
 */
const READS = 100;

const uses: [name: string, use: (path: string) => Promise<unknown>][] = [
  ["a second backend", async (path) => await (await sqlite({ path })).close()],
  ["changeBounds()", (path) => changeBounds({ path })],
  ["renewLogIdentity()", (path) => renewLogIdentity("all", { path })],
  ["a refused quota", (path) => {
    return expectError(sqlite({ path, quota: { maxCommits: 1 } }), "unsupported-storage", {}, "a refused quota");
  }],
];

/**
 * Checks on any runtime that a backend keeps its locks while its process opens and closes the file again. Without them,
 * another process deletes the WAL with the commits of the backend.
 *
 * @throws {ConformanceFailure} If the backend has lost a lock.
 */
export async function checkLocksAreKept(folder: string): Promise<void> {
  if (process.platform !== "linux") return; // Only Linux lists the locks.
  const path = `${folder}/locks.db`;
  const backend = await sqlite({ path });
  await backend.store("t").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const before = locksOf(path);
  expectTrue(before.length > 0, "an open file is locked");
  for (const [name, use] of uses) {
    await use(path);
    expectEqual(locksOf(path), before, `the locks after ${name}`);
  }
  await backend.close();
}

/** The distinct locks of this process on a file and its WAL index, without their numbers. */
function locksOf(path: string): string[] {
  const inodes = [path, `${path}-shm`].map((file) => statSync(file).ino);
  const locks = new Set<string>();
  for (let read = 0; read < READS; read++) {
    for (const line of readFileSync(LOCKS, "utf8").split("\n")) {
      const isOwn = inodes.some((inode) => line.includes(` ${process.pid} `) && line.includes(`:${inode} `));
      if (isOwn) locks.add(line.slice(line.indexOf(":")));
    }
  }
  return [...locks].sort();
}
