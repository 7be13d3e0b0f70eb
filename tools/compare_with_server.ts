/**
 * Holds matching, routing and containment of patterns against a real nats-server, which is the oracle for them: who receives what,
 * for cases written by hand and for random ones. Also shows what Aether refuses although the server takes it.
 *
 * ```sh
 * deno run -A tools/compare_with_server.ts                # prints its seed
 * deno run -A tools/compare_with_server.ts --seed 7       # the same cases again
 * deno run -A tools/compare_with_server.ts --cases 20000  # more random subjects
 * ```
 *
 * Exit code 0: no difference; 1: a difference; 2: there was nothing to compare with.
 *
 * @module
 */
import { parseArguments } from "./compare_with_server/arguments.ts";
import { compareWithServer } from "./compare_with_server/compare.ts";
import { stricterTable, summary } from "./compare_with_server/report.ts";
import { STRICTER_ROWS } from "./compare_with_server/stricter_rows.ts";
import { natsServerForTests, startNatsServer } from "./nats_server.ts";

async function main(args: readonly string[]): Promise<number> {
  const { seed, cases } = parseArguments(args, crypto.getRandomValues(new Uint32Array(1))[0]!);
  const answer = await natsServerForTests();
  if ("skip" in answer) throw new Error(`Cannot compare: ${answer.skip}`);
  await using server = await startNatsServer({ binary: answer.binary, jetstream: false });
  const name = `nats-server ${answer.version}`;
  const comparison = await compareWithServer(server.port, { seed, cases });
  console.log(`What Aether refuses, and what ${name} does with it:\n\n${stricterTable(STRICTER_ROWS)}\n`);
  console.log(summary(name, seed, comparison));
  return comparison.differences.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 2;
  }
}
