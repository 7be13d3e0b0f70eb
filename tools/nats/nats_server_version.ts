/** The servers that Debian packages, newest first; tests run on the first, and on the others where they differ. */
export const NATS_SERVER_VERSIONS = ["2.15.1", "2.10.27", "2.9.10"] as const;

export type NatsServerVersion = (typeof NATS_SERVER_VERSIONS)[number];

/** The Debian suite that contains it. A suite may move on to a later version, which is then used. */
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

export function isNatsServerVersion(text: string): text is NatsServerVersion {
  return (NATS_SERVER_VERSIONS as readonly string[]).includes(text);
}

/** Asks a program for its version. Undefined if there is none at that path, or if it is not a nats-server. */
export async function askVersion(binary: string): Promise<NatsServerBinary | undefined> {
  try {
    const command = new Deno.Command(binary, { args: ["--version"], stdin: "null", stderr: "null" });
    const said = new TextDecoder().decode((await command.output()).stdout);
    const version = /^nats-server: v(\S+)/.exec(said)?.[1];
    return version === undefined ? undefined : { binary, version };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}
