/**
 * Runs the conformance kit on the in-memory and the SQLite adapter, checks the locks of a SQLite file, and traces a
 * consumer. It runs on Node.js and Bun too: `npx -y node@24 tools/run_conformance.ts`,
 * `npx -y bun@1.4.5 run tools/run_conformance.ts`.
 *
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { memory } from "../adapters/memory/mod.ts";
import { conformanceCases, type ConformanceHarness } from "../conformance/mod.ts";
import { checkLocksAreKept } from "../tests/sqlite/kept_locks.ts";
import { sqliteHarness } from "../tests/sqlite/sqlite_harness.ts";
import { checkTraceOfConsumer } from "../tests/telemetry/trace_of_a_consumer.ts";

const unsupported = { reason: "two backends in memory share no data" };
const inMemory: ConformanceHarness = {
  open: memory,
  reopen: unsupported,
  sharedStorage: unsupported,
  records: unsupported,
  calls: unsupported,
  retainCommits: (maxCommits) => memory({ retention: { maxCommits } }),
  retainBytes: (maxBytes) => memory({ retention: { maxBytes } }),
  retainAge: () => {
    let time = 1_767_225_600_000;
    const backend = memory({ retention: { maxAge: 1_000 }, now: () => time });
    return { backend, advanceTime: (lifetimes) => void (time += lifetimes * 1_000) };
  },
  quotaCommits: (maxCommits) => memory({ quota: { maxCommits } }),
  quotaBytes: (maxBytes) => memory({ quota: { maxBytes } }),
};

// The kit creates hundreds of files. Their flushes take no time on a file system in memory.
const folder = mkdtempSync(`${existsSync("/dev/shm") ? "/dev/shm" : tmpdir()}/aether-sqlite-`);

let failed = 0;
for (const [name, harness] of [["in-memory", inMemory], ["SQLite", sqliteHarness(folder, "process")]] as const) {
  const cases = conformanceCases(harness);
  const run = cases.filter(({ skip }) => skip === undefined);
  let passed = 0;
  for (const { title, run: runCase } of run) {
    try {
      await runCase();
      passed++;
    } catch (error) {
      console.error(title, error);
    }
  }
  failed += run.length - passed;
  const skipped = cases.length - run.length;
  console.log(`${name} adapter: ${passed} conformance cases pass, ${run.length - passed} fail, ${skipped} are skipped`);
}
await checkLocksAreKept(folder);
console.log("SQLite adapter: a backend keeps its locks while its process opens the file again");
rmSync(folder, { recursive: true });
await checkTraceOfConsumer();
console.log("OpenTelemetry: the trace of a consumer is complete");
if (failed > 0) throw new Error("An adapter does not pass the conformance kit on this runtime");
