import type { Cluster, ClusterMember } from "../cluster/cluster.ts";
import type { Environment } from "../coordination/environment.ts";
import { hashOf, ownerOf } from "../coordination/placement.ts";

/** Milliseconds for which a node that did not answer is skipped. Other nodes own its actors in that time. */
const SKIP_MS = 2_000;

/** A live node that hosts the actors. */
export interface HostingNode {
  readonly name: string;
  readonly session: string;
  /** The hash of its name, so that a node that restarts owns the same actors again. */
  readonly hash: number;
}

/**
 * Decides which node owns an actor: rendezvous hashing over the live nodes that host the same actors. Two sessions can
 * have one name, for example a paused process and its replacement. The table then prefers the session that it has seen
 * later.
 */
export class OwnerTable {
  readonly #cluster: Pick<Cluster, "members">;
  readonly #service: string;
  readonly #environment: Environment;
  /** By the session of a node, the time until which it is skipped. */
  readonly #skippedUntil: Map<string, number> = new Map();
  /** By the session of a node, the time of its last answer. */
  readonly #answeredAt: Map<string, number> = new Map();
  #members: readonly ClusterMember[] | undefined;
  /** The node that was seen last comes first: among nodes of equal weight, {@link ownerOf} chooses the first. */
  #nodes: readonly HostingNode[] = [];

  /** @param service The service under which nodes that host these actors find each other. */
  constructor(cluster: Pick<Cluster, "members">, service: string, environment: Environment) {
    this.#cluster = cluster;
    this.#service = service;
    this.#environment = environment;
  }

  /** The owner; `undefined` if this table has no node that hosts these actors. */
  ownerOf(actorId: string): HostingNode | undefined {
    return ownerOf(this.#candidates(), hashOf(actorId));
  }

  /** Called when a node has answered. */
  answered({ session }: HostingNode): void {
    this.#answeredAt.set(session, this.#environment.now());
  }

  /** Called when a request has certainly not reached a node. */
  unreachable({ session }: HostingNode): void {
    this.#skippedUntil.set(session, this.#environment.now() + SKIP_MS);
  }

  /**
   * Called when a node has not answered a request in time. If the node has answered another request since `sentAt`, the
   * node is slow, not unreachable.
   */
  timedOut(node: HostingNode, sentAt: number): void {
    if ((this.#answeredAt.get(node.session) ?? -Infinity) < sentAt) this.unreachable(node);
  }

  #candidates(): readonly HostingNode[] {
    const nodes = this.#hostingNodes();
    if (this.#skippedUntil.size === 0) return nodes;
    const now = this.#environment.now();
    for (const [session, until] of this.#skippedUntil) if (until <= now) this.#skippedUntil.delete(session);
    return nodes.filter(({ session }) => !this.#skippedUntil.has(session));
  }

  #hostingNodes(): readonly HostingNode[] {
    const { members } = this.#cluster;
    if (members !== this.#members) {
      this.#members = members;
      const hosting = members.filter(({ services }) => services.includes(this.#service));
      const [known, live] = [sessionsOf(this.#nodes), sessionsOf(hosting)];
      const seenNow = hosting.filter(({ session }) => !known.has(session));
      this.#nodes = [
        ...seenNow.map(({ name, session }) => ({ name, session, hash: hashOf(name) })),
        ...this.#nodes.filter(({ session }) => live.has(session)),
      ];
      for (const session of this.#answeredAt.keys()) if (!live.has(session)) this.#answeredAt.delete(session);
    }
    return this.#nodes;
  }
}

function sessionsOf(nodes: readonly Pick<HostingNode, "session">[]): ReadonlySet<string> {
  return new Set(nodes.map(({ session }) => session));
}
