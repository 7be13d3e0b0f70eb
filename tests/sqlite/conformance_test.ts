import { conformanceCases } from "@flowmade-one/aether/conformance";
import { assertEquals } from "@std/assert";
import { sqliteHarness } from "./sqlite_harness.ts";

const folder = await Deno.makeTempDir({ prefix: "aether-sqlite-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const cases = conformanceCases(sqliteHarness(folder, "disk"));

Deno.test("sqlite skips no case", () => {
  assertEquals(cases.filter(({ skip }) => skip !== undefined).map(({ title }) => title), []);
});

for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });
