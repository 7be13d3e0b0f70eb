import type { EventStore } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { type ActorHost, hostActors, type HostedResult } from "@flowmade-one/aether/hosting";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { until } from "../_support/until.ts";
import { openBackend, type TestBackend } from "../cluster/open_cluster.ts";
import { type SeatCommand, SeatEvents, type Seats, seats } from "./seats.ts";

export type SeatHost = ActorHost<SeatCommand, SeatEvents, readonly string[]>;
export type SeatResult = HostedResult<SeatEvents, readonly string[]>;

/** A node of a cluster in memory that hosts seats. */
export interface HostingNode {
  readonly name: string;
  readonly cluster: Cluster;
  readonly host: SeatHost;
}

/** Nodes that host the same actors. */
export interface HostingNodes extends AsyncDisposable {
  readonly test: TestBackend;
  readonly store: EventStore<SeatEvents>;
  readonly nodes: readonly HostingNode[];
  /** The id of an actor that this node owns. */
  actorOf(node: HostingNode): string;
}

/** Options of a host that a test can set. */
export type HostOptions = Partial<Parameters<typeof hostSeats>[2]>;

/** Milliseconds within which a busy machine serves each request. */
const MAX_REQUEST_AGE = 30_000;

/** Hosts seats in a cluster. */
export function hostSeats(
  store: EventStore<SeatEvents>,
  cluster: Cluster,
  options: { readonly idleAfter?: number; readonly maxActors?: number; readonly maxQueue?: number } = {},
): SeatHost {
  const answer = ({ takenBy }: Seats) => takenBy;
  return hostActors(store, seats, { cluster, name: "seats", answer, maxRequestAge: MAX_REQUEST_AGE, ...options });
}

/** Opens nodes in memory and waits until each node sees that all nodes host the actors. */
export async function openNodes(names: readonly string[], options: HostOptions = {}): Promise<HostingNodes> {
  const test = openBackend();
  const store = test.backend.store("screenings", SeatEvents);
  const nodes = await Promise.all(names.map(async (name) => {
    const cluster = await test.join(name);
    return { name, cluster, host: hostSeats(store, cluster, options) };
  }));
  await untilHosted(nodes, names.length);
  return {
    test,
    store,
    nodes,
    actorOf: ({ name }) => {
      const members = names.toSorted().map((name) => ({ name, hash: hashOf(name) }));
      for (let i = 0;; i++) {
        const id = `screening.${i}`;
        if (ownerOf(members, hashOf(id))!.name === name) return id;
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const { host } of nodes) await host.close();
      await test[Symbol.asyncDispose]();
    },
  };
}

/** Waits until each node sees a given number of nodes that host the actors. */
export async function untilHosted(
  nodes: readonly { readonly cluster: Cluster }[],
  count: number,
  service: string = "actors:screenings:seats",
): Promise<void> {
  await until(`all nodes see ${count} hosting nodes`, () =>
    nodes.every(({ cluster }) => {
      const hosting = cluster.members.filter(({ services }) => services.includes(service));
      return hosting.length === count;
    }));
}
