import { denoCommand } from "../_support/deno.ts";

/** The exit code and the output of an example. */
export interface ExampleResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The permissions of an example that stores events in memory. */
export const READ_ONLY = ["--allow-read"];
/** The permissions of an example that connects to a NATS server. */
export const WITH_NETWORK = ["--allow-read", "--allow-net", "--allow-env"];

/** Runs an example as a child process. Its output is not a terminal. */
export async function runExample(
  path: string,
  args: readonly string[],
  permissions: readonly string[] = READ_ONLY,
): Promise<ExampleResult> {
  const command = ["run", "--quiet", "--no-prompt", ...permissions, path, ...args] as const;
  const env = { NO_COLOR: "1" };
  const { code, stdout, stderr } = await denoCommand([...command], { stdin: "null", env }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs the flights demo. */
export function runDemo(args: readonly string[], permissions?: readonly string[]): Promise<ExampleResult> {
  return runExample("examples/flights/main.ts", args, permissions);
}
