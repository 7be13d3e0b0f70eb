import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { captureDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";

/** Runs the benches as `deno task bench` does, with more arguments. */
async function runBench(...args: string[]): Promise<{ code: number; output: string }> {
  const command = ["--quiet", "-A", "--v8-flags=--expose-gc", "bench/main.ts"];
  return await captureDeno(await choosePackageSource(), ["run", ...command, ...args]);
}

Deno.test("the routing benches run, and their candidates agree on every answer", async () => {
  const { code, output } = await runBench("routing", "--short", "--json");
  assertEquals(code, 0, output);
  const lines = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const [{ machine }, ...rows] = lines;
  assertEquals(machine.deno, Deno.version.deno);
  assert(rows.length >= 60, `There are ${rows.length} rows`);
  assert(rows.every(({ measured, reach }) => Number.isFinite(measured) && reach === undefined));
  assertEquals(new Set(rows.map(({ group, name }) => `${group}: ${name}`)).size, rows.length);
});

Deno.test("figures are written to a file that was named, and of a run that means something", async () => {
  const refused: [args: string[], says: string][] = [
    [["--svg"], "Cannot run benches with --svg: name a file"],
    [["--markdown", "--json"], "Cannot run benches with --markdown: name a file"],
    [["--svg", "chart.svg", "--short"], "Cannot write figures of a --short run"],
  ];
  for (const [args, says] of refused) {
    const { code, output } = await runBench(...args);
    assertEquals(code, 1);
    assertStringIncludes(output, says);
  }
});
