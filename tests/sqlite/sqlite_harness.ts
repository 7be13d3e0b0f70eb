import type { ConformanceHarness } from "../../conformance/mod.ts";
import { sqlite, sqliteDriver, type SqliteOptions } from "../../adapters/sqlite/mod.ts";

/** A harness that opens backends on new files in a folder. It runs on every runtime. */
export function sqliteHarness(folder: string, durability: "disk" | "process"): ConformanceHarness {
  let files = 0;
  const newPath = () => `${folder}/${files++}.db`;
  const open = (options?: Partial<SqliteOptions>) => sqlite({ path: newPath(), durability, ...options });
  return {
    open,
    sharedStorage: () => {
      const path = newPath();
      return () => sqlite({ path, durability });
    },
    records: () => {
      const path = newPath();
      return () => sqliteDriver({ path, durability });
    },
    calls: { reason: "processes on one file send each other no requests" },
    retainCommits: (maxCommits) => open({ retention: { maxCommits } }),
    retainBytes: (maxBytes) => open({ retention: { maxBytes } }),
    retainAge: async () => {
      let time = 1_767_225_600_000;
      const backend = await open({ retention: { maxAge: 1_000 }, now: () => time });
      return { backend, advanceTime: (lifetimes) => void (time += lifetimes * 1_000) };
    },
    quotaCommits: (maxCommits) => open({ quota: { maxCommits } }),
    quotaBytes: (maxBytes) => open({ quota: { maxBytes } }),
  };
}
