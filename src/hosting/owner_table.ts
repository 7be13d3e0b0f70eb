import type { Cluster, ClusterMember } from "../cluster/cluster.ts";
import type { Environment } from "../coordination/environment.ts";
import { hashOf, ownerOf } from "../coordination/placement.ts";

/** Milliseconds for which a node that did not answer is skipped. Other nodes own its actors in that time. */
const SKIP_MS = 2_000;

interface HostingNode {
  readonly name: string;
  readonly hash: number;
}

/** Decides which node owns an actor: rendezvous hashing over the live nodes that host the same actors. */
export class OwnerTable {
  readonly #cluster: Pick<Cluster, "members">;
  readonly #service: string;
  readonly #environment: Environment;
  /** By the name of a node, the time until which it is skipped. */
  readonly #skippedUntil: Map<string, number> = new Map();
  /** By the name of a node, the time of its last answer. */
  readonly #answeredAt: Map<string, number> = new Map();
  #members: readonly ClusterMember[] | undefined;
  #nodes: readonly HostingNode[] = [];

  /** @param service The service under which nodes that host these actors find each other. */
  constructor(cluster: Pick<Cluster, "members">, service: string, environment: Environment) {
    this.#cluster = cluster;
    this.#service = service;
    this.#environment = environment;
  }

  /** The name of the owner; `undefined` if this table has no node that hosts these actors. */
  ownerOf(actorId: string): string | undefined {
    return ownerOf(this.#candidates(), hashOf(actorId))?.name;
  }

  /** Called when a node has answered. */
  answered(name: string): void {
    this.#answeredAt.set(name, this.#environment.now());
  }

  /** Called when a request has certainly not reached a node. */
  unreachable(name: string): void {
    this.#skippedUntil.set(name, this.#environment.now() + SKIP_MS);
  }

  /**
   * Called when a node has not answered a request in time. If the node has answered another request since `sentAt`, the
   * node is slow, not unreachable.
   */
  timedOut(name: string, sentAt: number): void {
    if ((this.#answeredAt.get(name) ?? -Infinity) < sentAt) this.unreachable(name);
  }

  #candidates(): readonly HostingNode[] {
    const nodes = this.#hostingNodes();
    if (this.#skippedUntil.size === 0) return nodes;
    const now = this.#environment.now();
    for (const [name, until] of this.#skippedUntil) if (until <= now) this.#skippedUntil.delete(name);
    return nodes.filter(({ name }) => !this.#skippedUntil.has(name));
  }

  #hostingNodes(): readonly HostingNode[] {
    const { members } = this.#cluster;
    if (members !== this.#members) {
      this.#members = members;
      const hostingMembers = members.filter(({ services }) => services.includes(this.#service));
      this.#nodes = hostingMembers.map(({ name }) => ({ name, hash: hashOf(name) }));
      const names = new Set(this.#nodes.map(({ name }) => name));
      for (const name of this.#answeredAt.keys()) if (!names.has(name)) this.#answeredAt.delete(name);
    }
    return this.#nodes;
  }
}
