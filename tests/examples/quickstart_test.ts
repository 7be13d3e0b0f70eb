import { assertEquals } from "@std/assert";
import { runExample } from "./run_example.ts";

Deno.test("quickstart.ts needs no permission, and shows an append, a read, a conflict and isolation", async () => {
  const { code, stdout, stderr } = await runExample("examples/quickstart.ts", [], []);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, "1 Placed A\nexpected version 0 but is at 2\n0\n");
});
