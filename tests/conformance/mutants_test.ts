import { type ConformanceCase, conformanceCases, ConformanceFailure } from "@flowmade-one/aether/conformance";
import type { BackendOptions } from "@flowmade-one/aether";
import { createBackend, type Driver } from "@flowmade-one/aether/adapter";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { type Faults, FaultyDriver } from "./faulty_driver.ts";
import type { Mutant } from "./mutant.ts";
import { appendMutants } from "./mutants/append_mutants.ts";
import { callMutants } from "./mutants/call_mutants.ts";
import { carrierMutants } from "./mutants/carrier_mutants.ts";
import { contentMutants } from "./mutants/content_mutants.ts";
import { consumerMutants } from "./mutants/consumer_mutants.ts";
import { followMutants } from "./mutants/follow_mutants.ts";
import { followRetentionMutants } from "./mutants/follow_retention_mutants.ts";
import { keepingMutants } from "./mutants/keeping_mutants.ts";
import { logMutants } from "./mutants/log_mutants.ts";
import { namespaceMutants } from "./mutants/namespace_mutants.ts";
import { positionMutants } from "./mutants/position_mutants.ts";
import { probeMutants } from "./mutants/probe_mutants.ts";
import { processMutants } from "./mutants/process_mutants.ts";
import { recordMutants } from "./mutants/record_mutants.ts";
import { readMutants } from "./mutants/read_mutants.ts";
import { reopenMutants } from "./mutants/reopen_mutants.ts";
import { SharedMemory } from "./shared_memory.ts";

const MUTANTS: readonly Mutant[] = [
  ...appendMutants,
  ...readMutants,
  ...contentMutants,
  ...logMutants,
  ...followMutants,
  ...followRetentionMutants,
  ...positionMutants,
  ...namespaceMutants,
  ...keepingMutants,
  ...processMutants,
  ...reopenMutants,
  ...carrierMutants,
  ...recordMutants,
  ...callMutants,
  ...consumerMutants,
  ...probeMutants,
];

for (const mutant of MUTANTS) {
  const { name, caughtBy } = mutant;
  Deno.test(`the cases detect a backend that ${name}`, async () => {
    const found = casesFor(mutant, { timeout: 300 }).find((candidate) => candidate.name === caughtBy);
    assert(found !== undefined, `no case is named "${caughtBy}"`);
    const failure = await assertRejects(found.run, ConformanceFailure);
    assert(failure.message.startsWith(caughtBy), failure.message);
  });
}

Deno.test("FaultyDriver without a fault passes all cases", async () => {
  for (const { run } of casesFor({})) await run();
});

Deno.test("no two mutants are one", () => {
  assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

function casesFor(faults: Faults, { timeout }: { timeout?: number } = {}): readonly ConformanceCase[] {
  const make = (driver: Driver, options?: BackendOptions) => createBackend(new FaultyDriver(driver, faults), options);
  return conformanceCases({
    open: (options) => make(new MemoryDriver({ now: options?.now }), options),
    sharedStorage: () => {
      const memory = new SharedMemory();
      return () => make(memory.join());
    },
    records: () => {
      const memory = new SharedMemory();
      return () => new FaultyDriver(memory.join(), faults);
    },
    calls: () => {
      const memory = new SharedMemory();
      return () => new FaultyDriver(memory.join(), faults);
    },
    retainCommits: (maxCommits) => make(new MemoryDriver({ retention: { maxCommits } })),
    retainBytes: (maxBytes) => make(new MemoryDriver({ retention: { maxBytes } })),
    retainAge: () => {
      let time = 1_767_225_600_000;
      const now = () => time;
      const backend = make(new MemoryDriver({ retention: { maxAge: 1_000 }, now }), { now });
      return { backend, advanceTime: (lifetimes) => void (time += lifetimes * 1_000) };
    },
    quotaCommits: (maxCommits) => make(new MemoryDriver({ quota: { maxCommits } })),
    quotaBytes: (maxBytes) => make(new MemoryDriver({ quota: { maxBytes } })),
    timeout,
  });
}
