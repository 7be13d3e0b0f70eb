import type { StorageProbe } from "../../../adapter.ts";
import type { Mutant } from "../mutant.ts";

const FACTS = "probe() returns a round trip, and sizes and a clock skew where the storage knows them";

/** Faults of probes. */
export const probeMutants: readonly Mutant[] = [
  { name: "never answers a probe", probeFault: () => new Promise(() => {}), caughtBy: FACTS },
  {
    name: "probes once only",
    probeFault: (() => {
      let probes = 0;
      return () => probes++ === 0 ? Promise.resolve({}) : Promise.reject(new Error("busy"));
    })(),
    caughtBy: FACTS,
  },
  ...facts("reports the time in nanoseconds", { serverTime: Date.now() * 1_000_000 }),
  ...facts("reports the time in seconds", { serverTime: Date.now() / 1_000 }),
  ...facts("reports a limit that is not a number", { usedBytes: 1, maxBytes: NaN }),
  ...facts("reports -1 for no limit", { usedBytes: 1, maxBytes: -1 }),
  ...facts("reports more used bytes than there are", { usedBytes: 2, maxBytes: 1 }),
];

function facts(name: string, probe: StorageProbe): readonly Mutant[] {
  return [{ name, probeFault: () => Promise.resolve(probe), caughtBy: FACTS }];
}
