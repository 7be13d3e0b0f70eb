import { jetstream } from "@flowmade-one/aether/jetstream";
import fc from "fast-check";
import { SEEDS, withSeed } from "../../_support/seeds.ts";
import { pairsAt, SIDE_BY_SIDE } from "../../events/side_by_side.ts";
import { checkHistory, historyArbitrary } from "../../events/upcast_property.ts";
import { testOnServer } from "../_support/test_server.ts";

for (const [name, run] of SIDE_BY_SIDE) {
  await testOnServer(`${name}, on a server`, ({ server }) => run(pairsAt("jetstream", server.url)));
}

for (const seed of SEEDS) {
  const name = "a chain of upcasters equals their composition, for old logs on a server";
  await testOnServer(withSeed(name, seed), async ({ connect }) => {
    await using backend = await jetstream({ connection: await connect() });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(historyArbitrary, (history) => checkHistory(backend, `run-${++runs}`, history)),
      { seed, numRuns: 40 },
    );
  });
}
