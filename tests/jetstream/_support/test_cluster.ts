import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import { type NatsCluster, type NatsServer, natsServerForTests, startNatsCluster } from "../../../tools/nats_server.ts";
import { CONNECTION, QUICK, TEST_TIMEOUT_MS } from "./test_server.ts";

/** The cluster and the connections of a test. */
export interface ClusterScene {
  readonly cluster: NatsCluster;
  /** Makes a connection, to any server of the cluster, that is closed after the test. */
  connect(options?: ConnectionOptions): Promise<NatsConnection>;
  /** The server that leads a stream, as soon as one does that is not `other`; that one is not asked. */
  leaderOf(stream: string, other?: NatsServer): Promise<NatsServer>;
}

/**
 * Starts a cluster for the tests of a file, when the first of them begins. They have it one after another, and each
 * leaves it whole.
 */
export async function clusterOfThree(): Promise<ClusterTests> {
  return new ClusterTests(await natsServerForTests("2.15.1"));
}

/** Tests that share a cluster. */
export class ClusterTests {
  readonly #answer: Awaited<ReturnType<typeof natsServerForTests>>;
  #cluster: NatsCluster | undefined;

  constructor(answer: Awaited<ReturnType<typeof natsServerForTests>>) {
    this.#answer = answer;
    if (QUICK) return;
    Deno.test.beforeAll(async () => {
      if (!("skip" in answer)) this.#cluster = await startNatsCluster(3, { binary: answer.binary });
    });
    Deno.test.afterAll(async () => {
      await this.#cluster?.[Symbol.asyncDispose]();
    });
  }

  /** Registers one; without a server on this machine it is ignored. */
  test(name: string, run: (scene: ClusterScene) => Promise<void>): void {
    if (QUICK) return;
    Deno.test({
      name: `${name} (3 replicas)`,
      ignore: "skip" in this.#answer,
      timeout: TEST_TIMEOUT_MS,
      fn: () => this.#run(run),
    });
  }

  async #run(run: (scene: ClusterScene) => Promise<void>): Promise<void> {
    const cluster = this.#cluster!;
    const connections: NatsConnection[] = [];
    const connectTo = async (options: ConnectionOptions = {}): Promise<NatsConnection> => {
      const lasting = { ...CONNECTION, reconnectTimeWait: 50, maxReconnectAttempts: -1 };
      const connection = await connect({ servers: [...cluster.urls], ...lasting, ...options });
      connections.push(connection);
      return connection;
    };
    try {
      await run({ cluster, connect: connectTo, leaderOf: (stream, other) => leaderOf(cluster, stream, other) });
    } finally {
      await Promise.all(connections.map((connection) => connection.close()));
      await Promise.all(cluster.servers.filter(({ pid }) => pid === undefined).map((server) => server.restart()));
      await cluster.healthy();
    }
  }
}

async function leaderOf({ servers }: NatsCluster, stream: string, other?: NatsServer): Promise<NatsServer> {
  const asked = servers.filter((server) => server !== other && server.pid !== undefined);
  const connection = await connect({ servers: asked.map(({ url }) => url) });
  try {
    while (true) {
      const leader = await askLeader(connection, stream);
      const server = leader === undefined ? undefined : servers[Number(leader.slice(1)) - 1];
      if (server !== undefined && server !== other) return server;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await connection.close();
  }
}

/** The name of the server that leads a stream; `undefined` if none says so. */
async function askLeader(connection: NatsConnection, stream: string): Promise<string | undefined> {
  try {
    const answer = await connection.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout: 500 });
    return answer.json<{ cluster?: { leader?: string } }>().cluster?.leader;
  } catch {
    return undefined;
  }
}
