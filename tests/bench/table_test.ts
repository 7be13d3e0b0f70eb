import { assertEquals, assertStringIncludes } from "@std/assert";
import { captureDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";

Deno.test("Deno's own table of matching and routing is printed, and its candidates agree", async () => {
  const source = await choosePackageSource();
  const { code, output } = await captureDeno(source, ["bench", "--quiet", "-A", "bench/table", "--", "--short"]);
  assertEquals(code, 0, output);
  const groups = [
    "one pattern: a literal",
    "one pattern: > at the end",
    "one pattern: *",
    "known subjects",
    "new subjects",
  ];
  for (const group of groups) assertStringIncludes(output, group);
});
