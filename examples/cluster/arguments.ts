/** The command line of the example. */
export interface Arguments {
  readonly help: boolean;
  /** The address of a NATS server. */
  readonly nats: string;
  /** Seconds between two kills. If undefined, no node is killed. */
  readonly kill: number | undefined;
  /** Seconds after which the example ends. If undefined, it runs until Ctrl-C. */
  readonly seconds: number | undefined;
}

/** The output of `--help`. */
export const USAGE = `Usage: deno task cluster [--kill seconds] [--seconds n] [--nats url]

Runs three nodes on one NATS server, and clients that send commands to any of them.

  --kill n     kills one of the nodes every n seconds
  --seconds n  ends after n seconds; by default it runs until Ctrl-C
  --nats url   uses a running server; by default one is started
  --help       prints this`;

/** A problem that the user can fix, in the command line or at a server. The program prints only the message. */
export class UsageError extends Error {}

/**
 * Reads the command line.
 *
 * @throws {UsageError} If an option is unknown or has a wrong value.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const option = args[i]!;
    if (option === "--help") {
      values.set(option, "");
      continue;
    }
    if (!["--nats", "--kill", "--seconds"].includes(option)) {
      throw new UsageError(`Cannot run the example: there is no option ${option}. See --help`);
    }
    const value = args[++i];
    if (value === undefined) throw new UsageError(`Cannot run the example: ${option} needs a value. See --help`);
    values.set(option, value);
  }
  return {
    help: values.has("--help"),
    nats: values.get("--nats") ?? "nats://127.0.0.1:4222",
    kill: toSeconds("--kill", values.get("--kill")),
    seconds: toSeconds("--seconds", values.get("--seconds")),
  };
}

function toSeconds(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new UsageError(`Cannot run the example: ${option} must be 1 to 86400 seconds, not ${value}. See --help`);
}
