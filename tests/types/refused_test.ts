import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inRoot } from "../../tools/root.ts";
import { runDeno } from "../_support/deno.ts";

// Each file in refused/ has one statement that must not compile, under a directive that quotes the expected error.
// With the directive the file compiles in the checks of the project. This test removes the directive.

const folder = new URL("./refused/", import.meta.url);
const DIRECTIVE = /^ *\/\/ @ts-expect-error: (.*)\n/m;

Deno.test("deno check reports the quoted message for each file of refused/", async (t) => {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert(names.length >= 15);
  // Inside of the project, whose name and packages the files import.
  const bare = await Deno.makeTempDir({ dir: inRoot("tests/types"), prefix: "bare-" });
  try {
    const sentences = new Map(names.map((name) => {
      const [directive, sentence] = DIRECTIVE.exec(Deno.readTextFileSync(new URL(name, folder)))!;
      Deno.writeTextFileSync(`${bare}/${name}`, Deno.readTextFileSync(new URL(name, folder)).replace(directive, ""));
      return [name, sentence!];
    }));
    const { code, output } = await runDeno("check", "--quiet", ...names.map((name) => `${bare}/${name}`));
    assertEquals(code, 1);
    const reports = output.split(/\n(?=TS\d+ \[ERROR\])/);
    for (const [name, sentence] of sentences) {
      await t.step(name, () => {
        const own = reports.filter((report) => report.includes(`/${name}:`)).join("\n");
        assertStringIncludes(own, sentence);
        assert(!own.includes("No overload matches"), own);
      });
    }
  } finally {
    await Deno.remove(bare, { recursive: true });
  }
});
