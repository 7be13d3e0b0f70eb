import type { PackageSource } from "./jsr.ts";
import { inRoot } from "./root.ts";

/** How a command ended; `output` is empty where the terminal had all of it. */
export interface DenoResult {
  readonly code: number;
  readonly output: string;
}

/** A `deno` command of this project, ready to be spawned: this very deno, in the project's folder, with its packages. */
export function denoCommand(
  source: PackageSource,
  [subcommand, ...args]: readonly [string, ...string[]],
  options: Deno.CommandOptions = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    cwd: inRoot("."),
    ...options,
    args: [subcommand, ...source.flags(subcommand), ...args],
    env: { ...source.env, ...options.env },
  });
}

/** Runs a `deno` command with this terminal as its own, and ends when it has ended, whoever asks for that. */
export async function runDeno(source: PackageSource, args: readonly [string, ...string[]]): Promise<DenoResult> {
  const child = denoCommand(source, args, { stdin: "inherit", stdout: "inherit", stderr: "inherit" }).spawn();
  const letGo = handOnSignals(child);
  try {
    return { code: (await child.status).code, output: "" };
  } finally {
    letGo();
  }
}

/** Ctrl-C goes from the terminal to the child too; whoever ends this process otherwise means the child as well. */
export function handOnSignals(child: Deno.ChildProcess): () => void {
  const handlers: [Deno.Signal, () => void][] = Deno.build.os === "windows" ? [["SIGINT", () => {}]] : [
    ["SIGINT", () => Deno.stdin.isTerminal() || child.kill("SIGINT")],
    ["SIGTERM", () => child.kill("SIGTERM")],
  ];
  for (const [signal, handler] of handlers) Deno.addSignalListener(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) Deno.removeSignalListener(signal, handler);
  };
}

/** Runs a `deno` command and keeps what it says, errors first. */
export async function captureDeno(source: PackageSource, args: readonly [string, ...string[]]): Promise<DenoResult> {
  const env = { NO_COLOR: Deno.stdout.isTerminal() ? "" : "1" };
  const { code, stdout, stderr } = await denoCommand(source, args, { stdin: "null", env }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stderr) + text.decode(stdout) };
}
