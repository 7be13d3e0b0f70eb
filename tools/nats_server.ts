/**
 * Finds or downloads a nats-server and runs it on 127.0.0.1, for experiments.
 *
 * ```sh
 * deno task nats                  # runs a server on port 4222 until Ctrl-C; `run 4333` uses another port
 * deno task nats obtain 2.10.27   # downloads a version that Debian has: 2.15.1, 2.10.27 or 2.9.10
 * ```
 *
 * @module
 */
import { isNatsServerVersion, NATS_SERVER_VERSIONS, type NatsServerVersion } from "./nats/nats_server_version.ts";
import { obtainNatsServer } from "./nats/obtain_nats_server.ts";
import { startNatsServer } from "./nats/start_nats_server.ts";

export { findNatsServer } from "./nats/find_nats_server.ts";
export { natsServerForTests, type NoNatsServer } from "./nats/nats_server_for_tests.ts";
export { NATS_SERVER_VERSIONS, type NatsServerBinary, type NatsServerVersion } from "./nats/nats_server_version.ts";
export { obtainNatsServer } from "./nats/obtain_nats_server.ts";
export { type NatsCluster, startNatsCluster } from "./nats/start_nats_cluster.ts";
export { type NatsServer, startNatsServer, type StartNatsServerOptions } from "./nats/start_nats_server.ts";

const USAGE = `Usage: deno task nats [run [port]] | obtain <${NATS_SERVER_VERSIONS.join("|")}>`;

async function main([command = "run", argument]: string[]): Promise<void> {
  if (command === "obtain") return await obtain(argument ?? NATS_SERVER_VERSIONS[0]);
  if (command === "run") return await run(argument ?? DEFAULT_PORT);
  throw new Error(USAGE);
}

async function obtain(version: string): Promise<void> {
  if (!isNatsServerVersion(version)) {
    throw new Error(`Cannot obtain nats-server "${version}": the version is unknown. ${USAGE}`);
  }
  const found: { binary: string; version: string } = await obtainNatsServer(version satisfies NatsServerVersion);
  console.log(`nats-server ${found.version}: ${found.binary}`);
}

/** The default port of NATS clients. */
const DEFAULT_PORT = "4222";

async function run(argument: string): Promise<void> {
  const port = Number(argument);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`Cannot start nats-server: "${argument}" is not a port. ${USAGE}`);
  }
  await using server = await startNatsServer({ port });
  console.log(server.url);
  console.log("JetStream is enabled. Ctrl-C ends the server and deletes its data.");
  console.log(`In another terminal: deno task demo --nats ${server.url}`);
  await new Promise<void>((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    Deno.addSignalListener("SIGTERM", resolve);
  });
}

if (import.meta.main) {
  try {
    await main(Deno.args);
    Deno.exit(0); // The signal listeners would keep the process alive.
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
