import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";
import {
  NATS_SERVER_VERSIONS,
  type NatsServer,
  natsServerForTests,
  type NatsServerVersion,
  startNatsServer,
} from "../../../tools/nats_server.ts";
import { CONNECTION, QUICK, TEST_TIMEOUT_MS } from "./test_server.ts";

/** A server with JetStream, the hub, and a leaf node that is connected to it. */
interface HubAndLeaf extends AsyncDisposable {
  readonly hub: NatsServer;
  readonly leaf: NatsServer;
}

/** The servers and connections of a test on a leaf node. */
export interface LeafNodeScene {
  /** Makes a connection that is closed after the test. */
  connect(to: "hub" | "leaf", options?: ConnectionOptions): Promise<NatsConnection>;
}

/** Options of {@link testOnLeafNode}. */
export interface LeafNodeOptions {
  readonly version?: NatsServerVersion | undefined;
  /** The JetStream domain of the leaf node; without it, the leaf node has no JetStream. */
  readonly leafDomain?: string | undefined;
  /** More lines for the configuration of the leaf node. */
  readonly leafConfig?: string | undefined;
}

/** The JetStream domain of the hub. */
export const HUB_DOMAIN = "hub";

/** Maximum milliseconds until a leaf node is connected. Busy machines take seconds. */
const CONNECT_TIMEOUT_MS = 60_000;

/** Registers a test with a hub and a leaf node. Without a nats-server, it is ignored and the reason is printed. */
export async function testOnLeafNode(
  name: string,
  run: (scene: LeafNodeScene) => Promise<void>,
  options: LeafNodeOptions = {},
): Promise<void> {
  const { version = NATS_SERVER_VERSIONS[0] } = options;
  if (QUICK && version !== NATS_SERVER_VERSIONS[0]) return;
  const answer = await natsServerForTests(version);
  Deno.test({
    name: options.version === undefined ? name : `${name} (nats-server ${options.version})`,
    ignore: "skip" in answer,
    timeout: TEST_TIMEOUT_MS,
    async fn() {
      if ("skip" in answer) return;
      await using servers = await startHubAndLeaf(answer.binary, options);
      await using connections = new AsyncDisposableStack();
      await run({
        connect: async (to, options = {}) => {
          const connection = await connect({ servers: servers[to].url, ...CONNECTION, ...options });
          connections.defer(() => connection.close());
          return connection;
        },
      });
    },
  });
}

/** Starts a hub and a leaf node, and waits until they are connected. */
async function startHubAndLeaf(binary: string, options: LeafNodeOptions): Promise<HubAndLeaf> {
  const { leafDomain, leafConfig = "" } = options;
  await using started = new AsyncDisposableStack();
  const port = freePort();
  const hub = started.use(
    await startNatsServer({
      binary,
      domain: HUB_DOMAIN,
      config: `server_name: hub\nleafnodes { listen: "127.0.0.1:${port}" }`,
    }),
  );
  const leaf = started.use(
    await startNatsServer({
      binary,
      jetstream: leafDomain !== undefined,
      domain: leafDomain,
      config: `server_name: leaf\nleafnodes { remotes: [{ url: "nats-leaf://127.0.0.1:${port}" }] }\n${leafConfig}`,
    }),
  );
  const isConnected = await poll(() => hasLeafConnection(leaf), CONNECT_TIMEOUT_MS);
  if (!isConnected) {
    throw new Error(`Cannot start the leaf node: it has no connection to the hub.\n${await leaf.log()}`);
  }
  const owned = started.move();
  return { hub, leaf, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function hasLeafConnection({ monitoringUrl }: NatsServer): Promise<boolean> {
  const response = await fetch(`${monitoringUrl}/leafz`);
  const { leafnodes } = await response.json() as { readonly leafnodes: number };
  return leafnodes > 0;
}

/** A free port for the leaf nodes of the hub. The leaf node needs it in its configuration, before the hub starts. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
