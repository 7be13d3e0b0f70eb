import { createBackend, type StoredSnapshot } from "@flowmade-one/aether/adapter";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { FaultyDriver } from "../conformance/faulty_driver.ts";
import { testSeeds } from "../_support/seeds.ts";
import { checkLoads, type FaultyStorage } from "./load_property.ts";

/** A backend in memory whose snapshots can be damaged and dropped. */
function open(): Promise<FaultyStorage> {
  const lost: Set<string> = new Set();
  const damaged: Set<string> = new Set();
  const name = (actorId: string, version: number) => `${actorId} ${version}`;
  const damage = (actorId: string, snapshot: StoredSnapshot | undefined) =>
    snapshot && damaged.has(name(actorId, snapshot.version))
      ? { ...snapshot, bytes: snapshot.bytes.subarray(0, snapshot.bytes.length / 2) }
      : snapshot;
  const driver = new FaultyDriver(new MemoryDriver({}), {
    fault: (log) => ({
      putSnapshot: (actorId, snapshot, keep, signal) => {
        for (const faults of [lost, damaged]) faults.delete(name(actorId, snapshot.version));
        return log.putSnapshot(actorId, snapshot, keep, signal);
      },
      getSnapshot: async (actorId, atMost, signal) => {
        let found = await log.getSnapshot(actorId, atMost, signal);
        while (found && lost.has(name(actorId, found.version))) {
          found = await log.getSnapshot(actorId, found.version - 1, signal);
        }
        return damage(actorId, found);
      },
    }),
  });
  return Promise.resolve({
    backend: createBackend(driver),
    damage: (actorId, version) => Promise.resolve(void damaged.add(name(actorId, version))),
    drop: (actorId, version) => Promise.resolve(void lost.add(name(actorId, version))),
  });
}

testSeeds(
  "load() returns the state that the actor's events result in, with any faults of snapshots",
  async (seed) => {
    await checkLoads({ seed, open, runs: 300, maxSteps: 40 });
  },
);
