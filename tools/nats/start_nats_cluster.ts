import { type NatsServer, startNatsServer, type StartNatsServerOptions } from "./start_nats_server.ts";
import { poll } from "./poll.ts";

/** Servers on 127.0.0.1 that form one JetStream cluster. Disposal ends all servers. */
export interface NatsCluster extends AsyncDisposable {
  /** The servers `n1`, `n2`, ... in this order. JetStream reports leaders and replicas by these names. */
  readonly servers: readonly NatsServer[];
  /** The URLs of all servers, for `connect({ servers })`. */
  readonly urls: readonly string[];
  /**
   * Resolves when each running server reports that it is healthy, which requires a leader of the cluster. Each stream
   * has a leader of its own. After that leader was killed, the stream sends no reply for seconds, although all servers
   * are healthy.
   */
  healthy(): Promise<void>;
}

/** Milliseconds to wait for a leader. The first election takes a few seconds, or longer on a busy machine. */
const ELECTION_TIMEOUT_MS = 120_000;

/** Attempts to start. An attempt fails if another program takes a port after it was found free. */
const ATTEMPTS = 3;

/**
 * Starts servers that form a cluster. Resolves when they have elected a leader, so that a stream with `size` replicas
 * can be created at once.
 *
 * @param size The number of servers; 3 for streams with three replicas.
 */
export async function startNatsCluster(
  size: number,
  options: Omit<StartNatsServerOptions, "port"> = {},
): Promise<NatsCluster> {
  for (let attempt = 1;; attempt++) {
    try {
      return await startOnce(size, options);
    } catch (error) {
      const isPortTaken = error instanceof Error && error.message.includes("address already in use");
      if (!isPortTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(size: number, options: Omit<StartNatsServerOptions, "port">): Promise<NatsCluster> {
  const routes = findFreePorts(size);
  await using started = new AsyncDisposableStack();
  const starting = routes.map(async (port, index) => {
    const config = `${clusterConfig(`n${index + 1}`, port, routes)}\n${options.config ?? ""}`;
    return started.use(await startNatsServer({ ...options, config }));
  });
  // Waits for all servers, also after a failure, so that a server that is still starting is disposed too.
  await Promise.allSettled(starting);
  const servers = await Promise.all(starting);
  await untilHealthy(servers);
  const resources = started.move();
  return {
    servers,
    urls: servers.map((server) => server.url),
    healthy: () => untilHealthy(servers),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Finds free ports. Each server needs the ports of all routes at its start, so that servers cannot choose them. */
function findFreePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((listener) => listener.addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

function clusterConfig(name: string, port: number, routes: readonly number[]): string {
  const urls = routes.map((route) => `"nats://127.0.0.1:${route}"`).join(", ");
  return `server_name: ${name}\ncluster { name: aether, listen: "127.0.0.1:${port}", routes: [${urls}] }`;
}

async function untilHealthy(servers: readonly NatsServer[]): Promise<void> {
  const running = servers.filter((server) => server.pid !== undefined);
  await Promise.all(running.map(async (server) => {
    const isUp = await poll(() => isHealthy(server), ELECTION_TIMEOUT_MS);
    if (isUp) return;
    const limit = `${ELECTION_TIMEOUT_MS / 1000} seconds`;
    throw new Error(`Cannot use the cluster: ${server.url} is not healthy after ${limit}.\n${await server.log()}`);
  }));
}

async function isHealthy(server: NatsServer): Promise<boolean> {
  try {
    const response = await fetch(`${server.monitoringUrl}/healthz`);
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // The server does not listen.
    throw error;
  }
}
