import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import {
  NATS_SERVER_VERSIONS,
  type NatsServer,
  natsServerForTests,
  type NatsServerVersion,
  startNatsServer,
  type StartNatsServerOptions,
} from "../../../tools/nats_server.ts";

/**
 * Milliseconds after which a test fails: many times its duration on a busy machine. Deno then reports a test that hangs
 * by its name.
 */
export const TEST_TIMEOUT_MS = 240_000;

/**
 * Options of the connections of tests. nats.js notices a connection without data after 30 seconds, and not after the 4
 * minutes of its default.
 */
export const CONNECTION: ConnectionOptions = { noAsyncTraces: true, pingInterval: 10_000 };

/** Whether to run only the tests on a single server of the newest version, as `deno task test` does. */
export const QUICK: boolean = Deno.env.get("AETHER_TESTS") === "quick";

/** The server and the connections of a test. */
export interface ServerScene {
  readonly server: NatsServer;
  /** Makes a connection that is closed after the test. */
  connect(options?: ConnectionOptions): Promise<NatsConnection>;
}

/** Registers a test with a server of its own. Without a nats-server, the test is ignored and the reason is printed. */
export async function testOnServer(
  name: string,
  run: (scene: ServerScene, t: Deno.TestContext) => Promise<void>,
  options: Omit<StartNatsServerOptions, "version"> & { readonly version?: NatsServerVersion } = {},
): Promise<void> {
  const { version = NATS_SERVER_VERSIONS[0] } = options;
  if (QUICK && version !== NATS_SERVER_VERSIONS[0]) return;
  const answer = await natsServerForTests(version);
  Deno.test({
    name: options.version === undefined ? name : `${name} (nats-server ${options.version})`,
    ignore: "skip" in answer,
    timeout: TEST_TIMEOUT_MS,
    async fn(t) {
      if ("skip" in answer) return;
      await using server = await startNatsServer({ ...options, binary: answer.binary });
      const connections: NatsConnection[] = [];
      const scene = {
        server,
        connect: async (options: ConnectionOptions = {}) => {
          const connection = await connect({ servers: server.url, ...CONNECTION, ...options });
          connections.push(connection);
          return connection;
        },
      };
      try {
        await run(scene, t);
      } finally {
        await Promise.all(connections.map((connection) => connection.close()));
      }
    },
  });
}
