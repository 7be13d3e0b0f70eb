import { sqlite } from "@flowmade-one/aether/sqlite";
import fc from "fast-check";
import { testSeeds } from "../_support/seeds.ts";
import { pairsAt, SIDE_BY_SIDE } from "../events/side_by_side.ts";
import { checkHistory, historyArbitrary } from "../events/upcast_property.ts";
import { TempFolder } from "./temp_folder.ts";

for (const [name, run] of SIDE_BY_SIDE) {
  Deno.test(`${name}, on SQLite`, async () => {
    await using folder = await TempFolder.create();
    await run(pairsAt("sqlite", folder.newPath()));
  });
}

testSeeds("a chain of upcasters equals their composition, for old logs in SQLite", async (seed) => {
  await using folder = await TempFolder.create();
  await using backend = await sqlite({ path: folder.newPath(), durability: "process" });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(historyArbitrary, (history) => checkHistory(backend, `run-${++runs}`, history)),
    { seed, numRuns: 100 },
  );
});
