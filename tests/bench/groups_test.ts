import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CHARTED } from "../../bench/figures/bars.ts";
import type { Row } from "../../bench/report.ts";
import { natsServerForTests } from "../../tools/nats_server.ts";
import { runDeno } from "../_support/deno.ts";

/** Runs the benches as `deno task bench` does. */
function runBench(...args: string[]): Promise<{ code: number; output: string }> {
  return runDeno("run", "--quiet", "-A", "--v8-flags=--expose-gc", "bench/main.ts", ...args);
}

const hasServer = !("skip" in await natsServerForTests("2.15.1"));

/** The least number of rows of each group, and the number of its rows in the chart. */
const groups: [group: string, rows: number, charted: number, needsServer: boolean][] = [
  ["memory", 18, 3, false],
  ["routing", 60, 3, false],
  ["jetstream", 30, 3, true],
  ["sqlite", 7, 0, false],
  ["state", 10, 1, true],
  ["hosting", 9, 0, true],
];

for (const [group, count, charted, needsServer] of groups) {
  Deno.test({
    name: `deno task bench ${group} --short prints all rows, and the candidates of each bench agree`,
    ignore: needsServer && !hasServer,
    async fn() {
      const { code, output } = await runBench(group, "--short", "--json");
      assertEquals(code, 0, output);
      const lines = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
      const [{ machine }, ...rows] = lines as [{ machine: Record<string, string> }, ...Row[]];
      assertEquals(machine.deno, Deno.version.deno);
      assert(rows.length >= count, `The group has only ${rows.length} rows`);
      assert(rows.every(({ measured, reach }) => Number.isFinite(measured) && reach === undefined));
      const names = new Set(rows.map(({ group, name }) => `${group}: ${name}`));
      assertEquals(names.size, rows.length);
      assertEquals(CHARTED.filter(([name]) => names.has(name)).length, charted);
    },
  });
}

Deno.test("deno bench runs matching and routing, and their candidates agree", async () => {
  const { code, output } = await runDeno("bench", "--quiet", "--no-prompt", "--", "--short");
  assertEquals(code, 0, output);
  const groups = ["a literal", "> at the end", "*"].map((kind) => `one pattern: ${kind}`);
  for (const group of [...groups, "known subjects", "new subjects"]) assertStringIncludes(output, group);
});

const refused: [args: string[], message: string][] = [
  [["nothing"], `Cannot run group "nothing": the groups are memory`],
  [["--shorter"], "Cannot run benches with --shorter: the flags are --json, --short, --cpu, --docs"],
  [["--docs", "--short"], "Cannot write docs: run all groups without --short"],
  [["--docs", "memory"], "Cannot write docs: run all groups without --short"],
];

for (const [args, message] of refused) {
  Deno.test(`deno task bench refuses ${args.join(" ")}`, async () => {
    const { code, output } = await runBench(...args);
    assertEquals(code, 1);
    assertStringIncludes(output, message);
  });
}
