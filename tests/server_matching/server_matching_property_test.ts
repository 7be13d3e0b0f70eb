/** Matching, routing and containment of patterns against a nats-server, which is the oracle for them. */
import { assert, assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { SEEDS, withSeed } from "../_support/seeds.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";
import { makeCases } from "./cases.ts";
import { countDeliveries } from "./count_deliveries.ts";
import { AETHER, findDifferences } from "./find_differences.ts";

/** Subjects of a seed, besides the written ones and the witnesses. */
const RANDOM_SUBJECTS = 2_000;

/** Differences that a failure shows, of the thousands that one mistake makes. */
const SHOWN = 20;

for (const version of NATS_SERVER_VERSIONS) {
  for (const seed of SEEDS) {
    await testOnServer(
      withSeed("compilePattern(), PatternRouter and patternCovers() agree with a server", seed),
      async ({ server }) => {
        const cases = makeCases(seed, RANDOM_SUBJECTS);
        const deliveries = await countDeliveries(server.url, cases.patterns, cases.subjects);
        const delivered = deliveries.reduce((sum, counts) => counts.reduce((sum, count) => sum + count, sum), 0);
        assert(delivered > 10_000, `only ${delivered} deliveries`);
        assertEquals(findDifferences(cases, deliveries, AETHER).slice(0, SHOWN), []);
      },
      { version, jetstream: false },
    );
  }
}
