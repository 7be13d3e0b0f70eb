import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BUNDLED_FILE } from "../../../examples/flights/arguments.ts";
import { runDemo } from "../run_example.ts";
import { assertReport } from "./assert_report.ts";

Deno.test("main() with --data stores two runs in one folder, and each run reports only its own events", async () => {
  const flights = JSON.parse(await Deno.readTextFile(BUNDLED_FILE));
  const folder = `${await Deno.makeTempDir({ prefix: "aether-flights-" })}/data`;
  const namespaceRoots = new Set<string>();
  for (let run = 0; run < 2; run++) {
    const result = await runDemo(["--data", folder], ["--allow-read", `--allow-write=${folder}`]);
    const [namespaceRoot = "no root"] = /flights\.[0-9a-f]{8}/.exec(result.stdout) ?? [result.stderr];
    namespaceRoots.add(namespaceRoot);
    assertReport(result, flights, namespaceRoot);
    assertStringIncludes(result.stdout, `Stored by SQLite in ${folder}/flights.db\nDurability "disk": `);
  }
  assertEquals(namespaceRoots.size, 2);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("main() with --data reports in one line that a file is not a SQLite database", async () => {
  const folder = await Deno.makeTempDir({ prefix: "aether-flights-" });
  await Deno.writeTextFile(`${folder}/flights.db`, "notes\n".repeat(100));
  const { code, stdout, stderr } = await runDemo(["--data", folder], ["--allow-read", `--allow-write=${folder}`]);
  await Deno.remove(folder, { recursive: true });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^[^\p{Cc}]+\n$/u);
  assertStringIncludes(stderr, "it is not a SQLite database");
});
