import { inRoot } from "../../tools/root.ts";

/** The configuration that this process runs with: where JSR cannot be reached, it maps `@std/assert` to a file. */
const CONFIG = import.meta.resolve("@std/assert").startsWith("file:") ? ["--config", inRoot("deno.offline.json")] : [];

/** A `deno` command in the folder of the project, with the packages of this process. */
export function denoCommand(
  [subcommand, ...args]: readonly [string, ...string[]],
  options: Deno.CommandOptions = {},
): Deno.Command {
  const config = subcommand === "task" ? [] : CONFIG; // A task chooses its packages itself.
  return new Deno.Command(Deno.execPath(), { cwd: inRoot("."), ...options, args: [subcommand, ...config, ...args] });
}

/** Runs a `deno` command to its end. The output begins with what it wrote to stderr. */
export async function runDeno(...args: [string, ...string[]]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await denoCommand(args, { stdin: "null", env: { NO_COLOR: "1" } }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stderr) + text.decode(stdout) };
}
