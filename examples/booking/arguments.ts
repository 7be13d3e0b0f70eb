import { UsageError } from "./usage_error.ts";

/** The parsed command line. */
export interface Arguments {
  readonly help: boolean;
  readonly port: number;
  readonly tenants: readonly string[];
  /** Address of the NATS server. If undefined, events are stored in `data` or in memory. */
  readonly nats: string | undefined;
  /** Folder of the read models, and of the events unless `nats` stores them. If undefined, they stay in memory. */
  readonly data: string | undefined;
}

/** The server that `deno task nats` starts. */
const LOCAL_SERVER = "nats://127.0.0.1:4222";

/** The output of `--help`. */
export const USAGE = `Usage: deno task booking [--port 8080] [--tenants north,south] [--nats [url]] [--data folder]

Books seats for the cinemas that are its tenants, over HTTP.

  --port n      port on 127.0.0.1; 0 for any free port
  --tenants a,b names of the tenants: A-Z a-z 0-9 _ -
  --data folder store events and read models in SQLite files of this folder.
                Without it, they are lost when the service ends
  --nats [url]  store events in NATS JetStream; url is like nats://host or
                host:4222, by default ${LOCAL_SERVER}. The
                folder of --data then has only the read models
  --help        print this
`;

/**
 * Reads the command line.
 *
 * @throws {UsageError} If an option is unknown or has a wrong value.
 */
export function parseArguments(args: readonly string[]): Arguments {
  const parsed = { help: false, port: 8080, tenants: ["north", "south"], nats: undefined, data: undefined } as {
    -readonly [K in keyof Arguments]: Arguments[K];
  };
  for (let i = 0; i < args.length; i++) {
    const option = args[i]!;
    const value = (): string => {
      const next = args[++i];
      if (next === undefined || next.startsWith("-")) throw new UsageError(`${option} needs a value. See --help`);
      return next;
    };
    if (option === "--help" || option === "-h") parsed.help = true;
    else if (option === "--port") parsed.port = parsePort(value());
    else if (option === "--tenants") parsed.tenants = [...new Set(value().split(","))];
    else if (option === "--data") parsed.data = value();
    else if (option === "--nats") parsed.nats = args[i + 1]?.startsWith("-") === false ? args[++i]! : LOCAL_SERVER;
    else throw new UsageError(`There is no option "${option}". See --help`);
  }
  return parsed;
}

function parsePort(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`"${value}" is not a port. Use a number from 0 to 65535`);
}
