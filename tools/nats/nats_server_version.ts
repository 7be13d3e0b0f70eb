/** Versions of nats-server in Debian, newest first. Tests run on the first, and on the others where these differ. */
export const NATS_SERVER_VERSIONS = ["2.15.1", "2.10.27", "2.9.10"] as const;

/** A version of nats-server in Debian. */
export type NatsServerVersion = (typeof NATS_SERVER_VERSIONS)[number];

/** The Debian suite of each version. If a suite has a later version by now, that version is downloaded instead. */
export const DEBIAN_SUITES: Readonly<Record<NatsServerVersion, string>> = {
  "2.15.1": "forky",
  "2.10.27": "trixie",
  "2.9.10": "bookworm",
};

/** A server program that runs on this machine. */
export interface NatsServerBinary {
  readonly binary: string;
  /** Its version, `2.15.1`. */
  readonly version: string;
}

/** Whether a string is one of {@link NATS_SERVER_VERSIONS}. */
export function isNatsServerVersion(version: string): version is NatsServerVersion {
  return (NATS_SERVER_VERSIONS as readonly string[]).includes(version);
}

/** Runs `nats-server --version`. Returns `undefined` if no program runs from that path, or if it is another program. */
export async function askVersion(binary: string): Promise<NatsServerBinary | undefined> {
  try {
    const command = new Deno.Command(binary, { args: ["--version"], stdin: "null", stderr: "null" });
    const output = new TextDecoder().decode((await command.output()).stdout);
    const version = /^nats-server: v(\S+)/.exec(output)?.[1];
    return version === undefined ? undefined : { binary, version };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}
