import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { captureDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";

/** Runs the benches as `deno task bench` does, with more arguments. */
async function runBench(...args: string[]): Promise<{ code: number; output: string }> {
  return await captureDeno(await choosePackageSource(), [
    "run",
    "--quiet",
    "-A",
    "--v8-flags=--expose-gc",
    "bench/main.ts",
    ...args,
  ]);
}

Deno.test("the memory benches run, and their candidates agree on every answer", async () => {
  const { code, output } = await runBench("memory", "--short", "--json");
  assertEquals(code, 0, output);
  const lines = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const [{ machine }, ...rows] = lines;
  assertEquals(machine.deno, Deno.version.deno);
  assert(rows.length >= 18);
  assert(rows.every(({ measured, reach }) => Number.isFinite(measured) && reach === undefined));
});

Deno.test("a group or a flag that there is not is refused", async () => {
  const refused: [arg: string, says: string][] = [
    ["nothing", `Cannot run group "nothing": there are memory`],
    ["--shorter", "Cannot run benches with --shorter: there are --json, --short, --cpu"],
  ];
  for (const [arg, says] of refused) {
    const { code, output } = await runBench(arg);
    assertEquals(code, 1);
    assertStringIncludes(output, says);
  }
});
