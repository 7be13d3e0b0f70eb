import { assertEquals } from "@std/assert";
import { denoCommand } from "../_support/deno.ts";

/** Runs `process.ts` with arguments to its end. Returns its standard output. */
export async function runProcess(path: string, ...args: readonly string[]): Promise<string> {
  const command = denoCommand(["run", "-A", "--quiet", "tests/sqlite/process.ts", path, ...args], { stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
