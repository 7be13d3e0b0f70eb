/** The simulation detects mistakes in the code of the cluster. Each mistake is made in a copy of the code. */
import { assert, assertEquals } from "@std/assert";
import { inRoot } from "../../../tools/root.ts";
import type { World } from "../simulation/world.ts";
import { type Mutant, MUTANTS } from "./mutants.ts";
import { type ScheduleName, SCHEDULES } from "./schedules.ts";

/** Number of random worlds, one of which must show a mistake. Their seeds are 1, 2, 3, ..., the same in every run. */
const MAX_SEEDS = 1_000;

/** Number of seeds with which a schedule runs. */
const MAX_SCHEDULE_SEEDS = 40;

type MakeWorld = new (seed: number) => World;

/** The first violation that random worlds or a schedule show. */
async function firstViolation(makeWorld: MakeWorld, schedule: ScheduleName | undefined): Promise<string | undefined> {
  for (let seed = 1; seed <= (schedule === undefined ? MAX_SEEDS : MAX_SCHEDULE_SEEDS); seed++) {
    const world = new makeWorld(seed);
    await (schedule === undefined ? world.runRandom() : SCHEDULES[schedule](world));
    const [violation] = world.invariants.violations;
    if (violation !== undefined) return violation;
  }
  return undefined;
}

/** Copies the code to a temporary folder, and makes a mistake there. Returns the folder. */
async function copyWith({ edits }: Pick<Mutant, "edits">): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "aether-mutant-" });
  for (const part of ["src", "tests/cluster/simulation"]) await copyFolder(inRoot(part), `${folder}/${part}`);
  for (const [file, from, to] of edits) {
    const path = `${folder}/src/${file}`;
    const source = await Deno.readTextFile(path);
    assert(source.includes(from), `${file} has no ${from}`);
    await Deno.writeTextFile(path, source.replaceAll(from, () => to));
  }
  return folder;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

for (const { name, edits, violates, schedule } of MUTANTS) {
  Deno.test(`World detects a cluster that ${name}`, async () => {
    const folder = await copyWith({ edits });
    try {
      const { World } = await import(new URL(`file://${folder}/tests/cluster/simulation/world.ts`).href);
      const violation = await firstViolation(World, schedule);
      assert(violation !== undefined, "no world shows the mistake");
      assert(
        violates.some((invariant) => violation.startsWith(invariant)),
        `expected a violation of ${violates.join(" or ")}, not: ${violation}`,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

for (const schedule of Object.keys(SCHEDULES) as ScheduleName[]) {
  Deno.test(`World finds no violation in the schedule of ${schedule}`, async () => {
    const { World } = await import("../simulation/world.ts");
    assertEquals(await firstViolation(World, schedule), undefined);
  });
}
