import { type NatsServer, startNatsServer, type StartNatsServerOptions } from "./start_nats_server.ts";
import { poll } from "./poll.ts";

/** Servers on 127.0.0.1 that form one JetStream cluster. Disposing of it ends them all. */
export interface NatsCluster extends AsyncDisposable {
  /** Their names, which JetStream gives as leaders and replicas, are `n1`, `n2`, ... in this order. */
  readonly servers: readonly NatsServer[];
  /** The addresses of all of them, as a client takes them. */
  readonly urls: readonly string[];
  /**
   * Resolves when every server that runs says that it is healthy, which takes a leader of them all. A stream elects one
   * of its own: after the death of that one it takes seconds before the stream answers, healthy servers or not.
   */
  healthy(): Promise<void>;
}

/** Electing a first leader takes a few seconds; busy machines take longer. */
const ELECTION_TIMEOUT_MS = 120_000;

/** How often other programs may snatch a port between the moment it is seen free and the moment a server takes it. */
const ATTEMPTS = 3;

/**
 * Starts servers that form a cluster, and resolves when they have elected a leader, so that a stream with as many
 * replicas can be made at once.
 *
 * @param size 3 for the usual R3.
 */
export async function startNatsCluster(
  size: number,
  options: Omit<StartNatsServerOptions, "port"> = {},
): Promise<NatsCluster> {
  for (let attempt = 1;; attempt++) {
    try {
      return await startOnce(size, options);
    } catch (error) {
      const snatched = error instanceof Error && error.message.includes("address already in use");
      if (!snatched || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOnce(size: number, options: Omit<StartNatsServerOptions, "port">): Promise<NatsCluster> {
  const routes = freePorts(size);
  await using started = new AsyncDisposableStack();
  const starting = routes.map(async (port, index) => {
    const config = `${clusterConfig(`n${index + 1}`, port, routes)}\n${options.config ?? ""}`;
    return started.use(await startNatsServer({ ...options, config }));
  });
  // All of them, also after a failure: one that is still starting has to be disposed of as well.
  await Promise.allSettled(starting);
  const servers = await Promise.all(starting);
  await untilHealthy(servers);
  const owned = started.move();
  return {
    servers,
    urls: servers.map((server) => server.url),
    healthy: () => untilHealthy(servers),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Routes name each other's ports in advance, so these cannot be left to the server to choose. */
function freePorts(count: number): number[] {
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
    const healthy = await poll(() => isHealthy(server), ELECTION_TIMEOUT_MS);
    if (healthy) return;
    throw new Error(`Cannot wait for the cluster any longer: ${server.url} is not healthy.\n${await server.log()}`);
  }));
}

async function isHealthy(server: NatsServer): Promise<boolean> {
  try {
    const response = await fetch(`${server.monitoringUrl}/healthz`);
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // Not listening (yet).
    throw error;
  }
}
