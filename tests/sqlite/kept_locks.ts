import { readFileSync, realpathSync } from "node:fs";
import process from "node:process";
import { changeBounds, renewLogIdentity, sqlite } from "../../adapters/sqlite/mod.ts";
import { expectEqual, expectError, expectTrue } from "../../conformance/expect.ts";
import { listDescriptors } from "./descriptors.ts";

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
  if (process.platform !== "linux") return; // Only Linux lists the locks of a descriptor.
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

/**
 * The distinct locks of this process on a file and its WAL index, without their numbers. They are read from the
 * descriptors of this process: the list of all locks, `/proc/locks`, may omit a lock while other processes lock files.
 */
function locksOf(path: string): string[] {
  const files = [path, `${path}-shm`].map((file) => realpathSync(file));
  const locks = new Set<string>();
  for (const [descriptor, file] of listDescriptors()) {
    if (!files.includes(file)) continue;
    for (const line of readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8").split("\n")) {
      if (line.startsWith("lock:")) locks.add(line.replace(/^lock:\s*\d+:\s*/, ""));
    }
  }
  return [...locks].sort();
}
