import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inRoot } from "../../tools/root.ts";
import { runDeno } from "../_support/deno.ts";

// Each file in refused/ has one statement that must not compile, below a directive that quotes the expected error.
// The project's own check compiles the files with the directive. This test removes the directive and reads the error.

const folder = new URL("./refused/", import.meta.url);
const DIRECTIVE = /^ *\/\/ @ts-expect-error: (.*)\n/m;

Deno.test("deno check reports the quoted message for each file of refused/", async (t) => {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert(names.length >= 15);
  // The copies are inside of the project, because they import its packages by its configuration.
  const copies = await Deno.makeTempDir({ dir: inRoot("tests/types"), prefix: "copies-" });
  try {
    const messages = new Map(names.map((name) => {
      const [directive, message] = DIRECTIVE.exec(Deno.readTextFileSync(new URL(name, folder)))!;
      Deno.writeTextFileSync(`${copies}/${name}`, Deno.readTextFileSync(new URL(name, folder)).replace(directive, ""));
      return [name, message!];
    }));
    const { code, output } = await runDeno("check", "--quiet", ...names.map((name) => `${copies}/${name}`));
    assertEquals(code, 1);
    const reports = output.split(/\n(?=TS\d+ \[ERROR\])/);
    for (const [name, message] of messages) {
      await t.step(name, () => {
        const ownReports = reports.filter((report) => report.includes(`/${name}:`)).join("\n");
        assertStringIncludes(ownReports, message);
        assert(!ownReports.includes("No overload matches"), ownReports);
      });
    }
  } finally {
    await Deno.remove(copies, { recursive: true });
  }
});
