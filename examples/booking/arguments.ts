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

const OWN_SERVER = "nats://127.0.0.1:4222";

/** The output of `--help`. */
export const USAGE = `Usage: deno task booking [--port 8080] [--tenants north,south] [--nats [url]] [--data folder]

Books seats for the cinemas that are its tenants, over HTTP.

  --port n      port on 127.0.0.1; 0 takes any that is free
  --tenants a,b names of the tenants: A-Z a-z 0-9 _ -
  --data folder store events in a SQLite file there, and the read models.
                Without it they are gone when the service ends
  --nats [url]  store events in NATS JetStream; url is like nats://host or
                host:4222, by default ${OWN_SERVER}. Only the
                read models are in --data then
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
    else if (option === "--nats") parsed.nats = args[i + 1]?.startsWith("-") === false ? args[++i]! : OWN_SERVER;
    else throw new UsageError(`There is no option "${option}". --help shows those that there are`);
  }
  return parsed;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`"${text}" is not a port: 0 to 65535`);
}
