import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { captureDeno } from "../../tools/deno.ts";
import { choosePackageSource } from "../../tools/jsr.ts";

// Each file in refused/ must not compile. Its first line is a part of what the user then reads.

const folder = new URL("./refused/", import.meta.url);

Deno.test("what must not compile does not, and says why", async (t) => {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert(names.length >= 15);
  const files = names.map((name) => `tests/types/refused/${name}`);
  const { code, output } = await captureDeno(await choosePackageSource(), ["check", "--quiet", ...files]);
  assertEquals(code, 1);
  const reports = output.split(/\n(?=TS\d+ \[ERROR\])/);
  for (const name of names) {
    await t.step(name, () => {
      const sentence = Deno.readTextFileSync(new URL(name, folder)).split("\n", 1)[0]!.slice("// ".length);
      const own = reports.filter((report) => report.includes(`refused/${name}:`));
      assert(own.length > 0, `${name} compiles:\n${output}`);
      assertStringIncludes(own.join("\n"), sentence);
    });
  }
});
