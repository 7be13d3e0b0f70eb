/** Hosted actors in virtual time, with faults. `deno task simulate 10000` runs 10,000 worlds. */
import { assert } from "@std/assert";
import { SEEDS, withSeed } from "../_support/seeds.ts";
import { HostingWorld } from "./simulation/hosting_world.ts";

/** Default number of worlds of a test run. */
const DEFAULT_WORLDS = 300;

/** Number of worlds in one test. */
const CHUNK = 100;

const first = SEEDS[0]!;
const seeds = SEEDS.length > 1 ? SEEDS : Array.from({ length: DEFAULT_WORLDS }, (_, i) => (first + i) >>> 0);

for (let at = 0; at < seeds.length; at += CHUNK) {
  const chunk = seeds.slice(at, at + CHUNK);
  Deno.test(withSeed(`HostingWorld.run() violates no invariant in ${chunk.length} worlds`, chunk[0]!), async () => {
    const total: Record<string, number> = {};
    for (const seed of chunk) {
      const world = new HostingWorld(seed);
      await world.run();
      if (world.oracle.violations.length > 0) throw new Error(withSeed(world.oracle.violations.join("; "), seed));
      for (const [counter, count] of Object.entries(world.stats)) total[counter] = (total[counter] ?? 0) + count;
    }
    if (chunk.length < CHUNK) return;
    for (const [counter, count] of Object.entries(total)) {
      assert(count > 10, `only ${count} ${counter} in these worlds`);
    }
  });
}
