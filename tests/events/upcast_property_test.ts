import { memory } from "@flowmade-one/aether/memory";
import fc from "fast-check";
import { testSeeds } from "../_support/seeds.ts";
import { checkHistory, historyArbitrary } from "./upcast_property.ts";

testSeeds("upcast() of a chain equals the composition of its upcasters, for old logs in memory", async (seed) => {
  await fc.assert(
    fc.asyncProperty(historyArbitrary, (history) => checkHistory(memory(), "a", history)),
    { seed, numRuns: 200 },
  );
});
