import { findNatsServer } from "./find_nats_server.ts";
import { NATS_SERVER_VERSIONS, type NatsServerBinary, type NatsServerVersion } from "./nats_server_version.ts";
import { obtainNatsServer } from "./obtain_nats_server.ts";

/** Set where a server has to be there, as in CI: tests then fail where they would have been skipped. */
const REQUIRED = "AETHER_REQUIRE_NATS";

/** A test's answer to a machine without server: it is skipped, and says how to get one. */
export interface NoNatsServer {
  readonly skip: string;
}

const answers = new Map<NatsServerVersion | undefined, Promise<NatsServerBinary | NoNatsServer>>();

/**
 * The server for a test: found on this machine, else downloaded. Without one the tests are to be skipped:
 * `Deno.test({ name, ignore: "skip" in server, fn })`. The reason is printed once.
 *
 * @param version Only this one will do; without it any will.
 * @throws {Error} If there is no server and `AETHER_REQUIRE_NATS` is 1.
 */
export function natsServerForTests(version?: NatsServerVersion): Promise<NatsServerBinary | NoNatsServer> {
  const known = answers.get(version) ?? findOrObtain(version);
  answers.set(version, known);
  return known;
}

async function findOrObtain(version: NatsServerVersion | undefined): Promise<NatsServerBinary | NoNatsServer> {
  const found = await findNatsServer(version);
  if (found !== undefined) return found;
  try {
    return await obtainNatsServer(version ?? NATS_SERVER_VERSIONS[0]);
  } catch (error) {
    if (Deno.env.get(REQUIRED) === "1") throw error;
    const skip = error instanceof Error ? error.message : String(error);
    console.warn(`Tests that need a nats-server are skipped. ${skip}`);
    return { skip };
  }
}
