import { DemoError } from "./demo_error.ts";

/** The parsed command line. */
export interface Arguments {
  readonly help: boolean;
  /** Path of the flight records. */
  readonly file: string;
  /** Address of the NATS server that stores the events. */
  readonly nats: string | undefined;
  /** Folder of the SQLite file that stores the events. With neither, events stay in memory. */
  readonly data: string | undefined;
}

/** The flight records that come with the demo. */
export const OWN_FILE: string = `${import.meta.dirname}/data/flights-2k.json`;

const OWN_SERVER = "nats://127.0.0.1:4222";

/** The output of `--help`. */
export const USAGE = `Usage: deno task demo [file] [--data folder | --nats [url]]

Records flights as events of the airports that they left and reached, and
reports what these events tell. In memory, unless --data or --nats is given.
Each run has namespaces of its own, so runs do not mix.

  file          JSON array of { date, delay, distance, origin, destination };
                by default the 2,000 flights in examples/flights/data
  --data folder store in a SQLite file there
  --nats [url]  store in NATS JetStream; url is like nats://host or host:4222,
                by default ${OWN_SERVER}
  --help        print this
`;

/** Matches the address of a server: `nats://localhost`, `localhost:4222`. Anything else is a file. */
const SERVER = /:\/\/|:\d+$/;

/**
 * Reads the command line.
 *
 * @throws {DemoError} If an option is unknown or lacks its value, or there is more than one file or storage.
 */
export function parseArguments(args: readonly string[]): Arguments {
  let help = false;
  let nats: string | undefined;
  let data: string | undefined;
  const files: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (arg === "--help" || arg === "-h") help = true;
    else if (args[index - 1] === "--data") data = folder(arg);
    else if (arg === "--data") folder(args[index + 1]);
    else if (arg === "--nats") nats = OWN_SERVER;
    else if (args[index - 1] === "--nats" && SERVER.test(arg)) nats = arg;
    else if (arg.startsWith("-")) throw new DemoError(`There is no option "${arg}". --help shows those that there are`);
    else files.push(arg);
  }
  if (files.length > 1) {
    throw new DemoError(`Cannot record from ${files.length} files: give one, not ${files.join(", ")}`);
  }
  if (data !== undefined && nats !== undefined) {
    throw new DemoError("Cannot store in two places: give --data or --nats");
  }
  return { help, file: files[0] ?? OWN_FILE, nats, data };
}

function folder(arg: string | undefined): string {
  if (arg === undefined || arg === "" || arg.startsWith("-")) throw new DemoError("--data needs a folder. See --help");
  return arg;
}
