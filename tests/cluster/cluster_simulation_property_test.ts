/** The cluster in virtual time, with faults. `deno task simulate 10000` runs 10,000 worlds. */
import { assert, assertEquals } from "@std/assert";
import { SEEDS, withSeed } from "../_support/seeds.ts";
import { World, type WorldStats } from "./simulation/world.ts";

/** The default number of worlds. */
const DEFAULT_WORLDS = 300;

/** Number of worlds in one test. */
const CHUNK = 100;

/** Number of trace lines that a failure shows. */
const SHOWN = 60;

const first = SEEDS[0]!;
const seeds = SEEDS.length > 1 ? SEEDS : Array.from({ length: DEFAULT_WORLDS }, (_, i) => (first + i) >>> 0);

for (let at = 0; at < seeds.length; at += CHUNK) {
  const chunk = seeds.slice(at, at + CHUNK);
  const name = `World.runRandom() violates no invariant of a cluster in ${chunk.length} worlds`;
  Deno.test(withSeed(name, chunk[0]!), async () => {
    const total: Record<string, number> = {};
    for (const seed of chunk) {
      const world = new World(seed);
      await world.runRandom();
      if (world.invariants.violations.length > 0) throw new Error(await explain(seed));
      for (const [counter, count] of Object.entries(world.stats)) total[counter] = (total[counter] ?? 0) + count;
    }
    if (chunk.length < CHUNK) return;
    for (const counter of ["works", "ended", "losses", "kills", "leaves"] as const satisfies (keyof WorldStats)[]) {
      assert(total[counter]! > 10, `only ${total[counter]} ${counter} in these worlds`);
    }
  });
}

Deno.test("World.runRandom() depends on its seed only", async () => {
  const traces = [];
  for (let round = 0; round < 2; round++) {
    const world = new World(first, true);
    await world.runRandom();
    traces.push(world.trace!);
  }
  assert(traces[0]!.length > 50, `${traces[0]!.length} lines`);
  assertEquals(traces[0], traces[1]);
});

/** Runs the world again with a trace. Returns its violations, and the last lines of the trace. */
async function explain(seed: number): Promise<string> {
  const world = new World(seed, true);
  await world.runRandom();
  const trace = world.trace!.slice(-SHOWN).map((line) => line.slice(0, 200));
  return `${withSeed(world.invariants.violations.join("; "), seed)}\n${trace.join("\n")}`;
}
