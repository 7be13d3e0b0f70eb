import { findNatsServer } from "./find_nats_server.ts";
import { NATS_SERVER_VERSIONS, type NatsServerBinary, type NatsServerVersion } from "./nats_server_version.ts";
import { obtainNatsServer } from "./obtain_nats_server.ts";

/** The environment variable that makes a missing server an error, if it is 1. Otherwise tests are skipped. */
const REQUIRE_NATS = "AETHER_REQUIRE_NATS";

/** The result on a machine without a server: tests are skipped. */
export interface NoNatsServer {
  /** The reason, and how to get a server. */
  readonly skip: string;
}

const results = new Map<NatsServerVersion | undefined, Promise<NatsServerBinary | NoNatsServer>>();

/**
 * Finds a server for tests on this machine, or downloads one. Without a server, tests must be skipped:
 * `Deno.test({ name, ignore: "skip" in server, fn })`. The reason is printed once.
 *
 * @param version The required version; by default any.
 * @throws {Error} If there is no server and `AETHER_REQUIRE_NATS` is 1.
 */
export function natsServerForTests(version?: NatsServerVersion): Promise<NatsServerBinary | NoNatsServer> {
  const result = results.get(version) ?? findOrObtain(version);
  results.set(version, result);
  return result;
}

async function findOrObtain(version: NatsServerVersion | undefined): Promise<NatsServerBinary | NoNatsServer> {
  const found = await findNatsServer(version);
  if (found !== undefined) return found;
  try {
    return await obtainNatsServer(version ?? NATS_SERVER_VERSIONS[0]);
  } catch (error) {
    if (Deno.env.get(REQUIRE_NATS) === "1") throw error;
    const skip = error instanceof Error ? error.message : String(error);
    console.warn(`Tests that need a nats-server are skipped. ${skip}`);
    return { skip };
  }
}
