import { assert, assertEquals } from "@std/assert";
import { captureDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";

Deno.test("the routing benches run, and their candidates agree on every answer", async () => {
  const { code, output } = await captureDeno(await choosePackageSource(), [
    "run",
    "--quiet",
    "-A",
    "--v8-flags=--expose-gc",
    "bench/main.ts",
    "routing",
    "--short",
    "--json",
  ]);
  assertEquals(code, 0, output);
  const lines = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const [{ machine }, ...rows] = lines;
  assertEquals(machine.deno, Deno.version.deno);
  assert(rows.length >= 60, `There are ${rows.length} rows`);
  assert(rows.every(({ measured, reach }) => Number.isFinite(measured) && reach === undefined));
  assertEquals(new Set(rows.map(({ group, name }) => `${group}: ${name}`)).size, rows.length);
});
