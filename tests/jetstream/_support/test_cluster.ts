import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import { type NatsCluster, type NatsServer, natsServerForTests, startNatsCluster } from "../../../tools/nats_server.ts";
import { CONNECTION, QUICK, TEST_TIMEOUT_MS } from "./test_server.ts";

/** The cluster and the connections of a test. */
export interface ClusterScene {
  readonly cluster: NatsCluster;
  /** Connects to any server of the cluster. The connection is closed after the test. */
  connect(options?: ConnectionOptions): Promise<NatsConnection>;
  /** Waits for a leader of a stream, other than `former`, and returns its server. Sends no request to `former`. */
  leaderOf(stream: string, former?: NatsServer): Promise<NatsServer>;
}

/**
 * Makes tests that share a cluster of 3 servers, which starts before the first test of the file. After each test, all
 * servers run again.
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

  /** Registers a test. Without a nats-server, it is ignored. */
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
      await run({ cluster, connect: connectTo, leaderOf: (stream, former) => leaderOf(cluster, stream, former) });
    } finally {
      await Promise.all(connections.map((connection) => connection.close()));
      await Promise.all(cluster.servers.filter(({ pid }) => pid === undefined).map((server) => server.restart()));
      await cluster.healthy();
    }
  }
}

async function leaderOf({ servers }: NatsCluster, stream: string, former?: NatsServer): Promise<NatsServer> {
  const asked = servers.filter((server) => server !== former && server.pid !== undefined);
  const connection = await connect({ servers: asked.map(({ url }) => url) });
  try {
    while (true) {
      const leader = await askLeader(connection, stream);
      // The servers are named n1, n2 and n3.
      const server = leader === undefined ? undefined : servers[Number(leader.slice(1)) - 1];
      if (server !== undefined && server !== former) return server;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await connection.close();
  }
}

/** The name of the server that leads a stream; `undefined` without a reply, or during an election. */
async function askLeader(connection: NatsConnection, stream: string): Promise<string | undefined> {
  try {
    const answer = await connection.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout: 500 });
    return answer.json<{ cluster?: { leader?: string } }>().cluster?.leader;
  } catch {
    return undefined;
  }
}
