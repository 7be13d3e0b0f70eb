import { assertEquals, assertStringIncludes } from "@std/assert";
import { watchDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";

const source = await choosePackageSource();

Deno.test("what a command says is kept, on both ways, with how it ended", async () => {
  const { code, output } = await watchDeno(
    source,
    ["eval", "console.log('said'); console.error('failed'); Deno.exit(3)"],
    true,
  );
  assertEquals(code, 3);
  for (const said of ["said\n", "failed\n"]) assertStringIncludes(output, said);
});

Deno.test("a command that falls silent is ended, and its output says so", async () => {
  const { code, output } = await watchDeno(source, ["eval", "setInterval(() => {}, 1_000)"], true, 100);
  assertEquals(code === 0, false);
  assertStringIncludes(output, "It was ended, as it had said nothing for 0.1 seconds.");
});
