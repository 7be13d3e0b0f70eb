import { denoCommand } from "../_support/deno.ts";

/** How an example ended, and what it said. */
export interface ExampleResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The permissions of an example that runs as users run it. */
export const READ_ONLY = ["--allow-read"];
export const WITH_NETWORK = ["--allow-read", "--allow-net", "--allow-env"];

/** Runs an example as a process of its own, whose output is no terminal. */
export async function runExample(
  path: string,
  args: readonly string[],
  permissions: readonly string[] = READ_ONLY,
): Promise<ExampleResult> {
  const command = ["run", "--quiet", "--no-prompt", ...permissions, path, ...args] as const;
  const env = { NO_COLOR: "1" };
  const { code, stdout, stderr } = await denoCommand([...command], { stdin: "null", env }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Runs the flights demo. */
export function runDemo(args: readonly string[], permissions?: readonly string[]): Promise<ExampleResult> {
  return runExample("examples/flights/main.ts", args, permissions);
}
