import { inRoot } from "../../tools/root.ts";

/** The configuration that this process runs with: where JSR cannot be reached, it maps `@std/assert` to a file. */
const CONFIG = import.meta.resolve("@std/assert").startsWith("file:") ? ["--config", inRoot("deno.offline.json")] : [];

/** The arguments of a `deno` command that uses the packages of this process. */
export function denoArguments([subcommand, ...args]: readonly [string, ...string[]]): string[] {
  const config = subcommand === "task" ? [] : CONFIG; // A task chooses its packages itself.
  return [subcommand, ...config, ...args];
}

/** A `deno` command in the folder of the project, with the packages of this process. */
export function denoCommand(args: readonly [string, ...string[]], options: Deno.CommandOptions = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), { cwd: inRoot("."), ...options, args: denoArguments(args) });
}

/** Runs a `deno` command to its end. The output begins with what it wrote to stderr. */
export async function runDeno(...args: [string, ...string[]]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await denoCommand(args, { stdin: "null", env: { NO_COLOR: "1" } }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stderr) + text.decode(stdout) };
}
