import type { Backend, EventStore, Namespace } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { type ActorHost, hostActors } from "@flowmade-one/aether/hosting";
import { jetstream } from "@flowmade-one/aether/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { assert } from "@std/assert";
import { until } from "../../_support/until.ts";
import { type SeatCommand, SeatEvents, seats } from "../../hosting/seats.ts";

/** Settings with which no session ends on a busy machine. */
export const SESSION = { heartbeat: 100, ttl: 20_000 } as const;

/** A node of a cluster that hosts the actors of a namespace with the name "seats". */
export interface HostingNode extends AsyncDisposable {
  readonly backend: Backend;
  readonly cluster: Cluster;
  readonly store: EventStore<SeatEvents>;
  readonly host: ActorHost<SeatCommand, SeatEvents>;
}

/** Opens a node over a connection. Its disposal closes the host and the backend, and not the connection. */
export async function openNode(connection: NatsConnection, namespace: Namespace, name: string): Promise<HostingNode> {
  const backend = await jetstream({ connection });
  const cluster = await backend.join({ name, ...SESSION });
  const store = backend.store(namespace, SeatEvents);
  const host = hostActors(store, seats, { cluster, name: "seats" });
  return {
    backend,
    cluster,
    store,
    host,
    async [Symbol.asyncDispose]() {
      await host.close();
      await backend.close();
    },
  };
}

/** Waits until each node sees that all of them host. */
export async function untilAllHost(nodes: readonly HostingNode[]): Promise<void> {
  await until(
    "all nodes host",
    () =>
      nodes.every(({ cluster }) =>
        cluster.members.filter(({ services }) => services.length > 0).length === nodes.length
      ),
  );
}

/** The number of actors that {@link executeOnOther} has used. */
let actors = 0;

/** Executes commands on a host until the host of the other node has executed one of them. */
export async function executeOnOther({ host }: HostingNode): Promise<void> {
  const executed = () => host.stats.sent - host.stats.fallbacks;
  const before = executed();
  for (let i = 0; executed() === before; i++) {
    assert(i < 100, "no command reached the other node");
    await host.execute(`shared.${actors++}`, { take: "Ann" });
  }
}
