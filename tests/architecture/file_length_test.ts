import { assert, assertEquals } from "@std/assert";
import { listLayeredFiles } from "./find_violations.ts";

const PROJECT = new URL("../../", import.meta.url);
/** Maximum number of lines of a file: a longer file has more than one idea. */
const MAX_LINES = 300;

Deno.test(`no file of the core, the adapters and the conformance kit has more than ${MAX_LINES} lines`, async () => {
  const files = await listLayeredFiles(PROJECT);
  assert(files.includes("src/consumers/lane.ts"));
  const long: string[] = [];
  for (const file of files) {
    const lines = (await Deno.readTextFile(new URL(file, PROJECT))).split("\n").length - 1;
    if (lines > MAX_LINES) long.push(`${file} has ${lines} lines`);
  }
  assertEquals(long, []);
});
