import { conformanceCases } from "@flowmade-one/aether/conformance";
import { assertEquals } from "@std/assert";
import { sqliteHarness } from "./sqlite_harness.ts";

const folder = await Deno.makeTempDir({ prefix: "aether-sqlite-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const cases = conformanceCases(sqliteHarness(folder, "disk"));

Deno.test("sqlite() skips only conformance cases of calls between processes", () => {
  const needs = cases.flatMap(({ needs, skip }) => skip === undefined ? [] : [needs]);
  assertEquals([...new Set<string | undefined>(needs)], ["calls"]);
});

for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });
