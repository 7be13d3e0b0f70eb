import { DemoError } from "./demo_error.ts";

/** The parsed command line. */
export interface Arguments {
  readonly help: boolean;
  /** Path of the file of flight records. */
  readonly file: string;
  /** URL of the NATS server that stores the events. */
  readonly nats: string | undefined;
  /** Folder of the SQLite file that stores the events. If `nats` is undefined too, events stay in memory. */
  readonly data: string | undefined;
}

/** The flight records that come with the demo. */
export const BUNDLED_FILE: string = `${import.meta.dirname}/data/flights-2k.json`;

/** The server that `deno task nats` starts. */
const LOCAL_SERVER = "nats://127.0.0.1:4222";

/** The output of `--help`. */
export const USAGE = `Usage: deno task demo [file] [--data folder | --nats [url]]

Records flights as events of their airports of departure and arrival, and
prints a report from these events. Events stay in memory without --data and
--nats. Each run with --data or --nats uses new namespaces.

  file          JSON array of { date, delay, distance, origin, destination };
                by default the 2,000 flights in examples/flights/data
  --data folder store the events in a SQLite file of this folder
  --nats [url]  store the events in NATS JetStream; url is like nats://host
                or host:4222, by default ${LOCAL_SERVER}
  --help        print this
`;

/** Matches the URL of a server, such as `nats://localhost` or `localhost:4222`. Any other argument is a file. */
const SERVER_URL = /:\/\/|:\d+$/;

/**
 * Reads the command line.
 *
 * @throws {DemoError} If an option is unknown or has no value, or if `args` has more than one file or storage.
 */
export function parseArguments(args: readonly string[]): Arguments {
  let help = false;
  let nats: string | undefined;
  let data: string | undefined;
  const files: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (arg === "--help" || arg === "-h") help = true;
    else if (args[index - 1] === "--data") data = checkFolder(arg);
    else if (arg === "--data") checkFolder(args[index + 1]);
    else if (arg === "--nats") nats = LOCAL_SERVER;
    else if (args[index - 1] === "--nats" && SERVER_URL.test(arg)) nats = arg;
    else if (arg.startsWith("-")) throw new DemoError(`There is no option "${arg}". See --help`);
    else files.push(arg);
  }
  if (files.length > 1) {
    throw new DemoError(`Cannot record flights of ${files.length} files: ${files.join(", ")}. Pass one file`);
  }
  if (data !== undefined && nats !== undefined) {
    throw new DemoError("Cannot store events twice: --data and --nats exclude each other. Pass one of them");
  }
  return { help, file: files[0] ?? BUNDLED_FILE, nats, data };
}

function checkFolder(arg: string | undefined): string {
  if (arg === undefined || arg === "" || arg.startsWith("-")) throw new DemoError("--data needs a folder. See --help");
  return arg;
}
