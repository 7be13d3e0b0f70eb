import { assertEquals } from "@std/assert";
import { SERVICE_CASES } from "./service_cases.ts";
import { start } from "./started.ts";

Deno.test("the booking service in memory", async (t) => {
  await using started = start();
  for (const [name, run] of SERVICE_CASES) await t.step(name, () => run(started));
  assertEquals(started.reports, []);
});
