import type { Cluster, ClusterMember } from "../cluster/cluster.ts";
import type { Environment } from "../coordination/environment.ts";
import { hashOf, ownerOf } from "../coordination/placement.ts";

/** Milliseconds for which a node that did not answer is passed over: others host its actors meanwhile. */
const PASSED_OVER = 2_000;

interface HostingNode {
  readonly name: string;
  readonly hash: number;
}

/** Which node owns an actor: rendezvous hashing over the live nodes that host the same actors. */
export class OwnerTable {
  readonly #cluster: Pick<Cluster, "members">;
  readonly #service: string;
  readonly #environment: Environment;
  /** By the name of a node: until when it is passed over. */
  readonly #passedOver: Map<string, number> = new Map();
  /** By the name of a node: when its last answer came. */
  readonly #answeredAt: Map<string, number> = new Map();
  #members: readonly ClusterMember[] | undefined;
  #nodes: readonly HostingNode[] = [];

  /** @param service The service that nodes offer which host these actors. */
  constructor(cluster: Pick<Cluster, "members">, service: string, environment: Environment) {
    this.#cluster = cluster;
    this.#service = service;
    this.#environment = environment;
  }

  /** The name of the owner; `undefined` if no node is known to host these actors. */
  ownerOf(actorId: string): string | undefined {
    const nodes = this.#hosting();
    const now = this.#environment.now();
    for (const [name, until] of this.#passedOver) if (until <= now) this.#passedOver.delete(name);
    const reachable = this.#passedOver.size === 0 ? nodes : nodes.filter(({ name }) => !this.#passedOver.has(name));
    return ownerOf(reachable, hashOf(actorId))?.name;
  }

  /** A node has answered. */
  answered(name: string): void {
    this.#answeredAt.set(name, this.#environment.now());
  }

  /** A request has certainly not reached a node. */
  unreachable(name: string): void {
    this.#passedOver.set(name, this.#environment.now() + PASSED_OVER);
  }

  /** A node has not answered a request in time. One that has answered another since is only slow. */
  timedOut(name: string, sentAt: number): void {
    if ((this.#answeredAt.get(name) ?? -Infinity) < sentAt) this.unreachable(name);
  }

  #hosting(): readonly HostingNode[] {
    const { members } = this.#cluster;
    if (members !== this.#members) {
      this.#members = members;
      const hosting = members.filter(({ services }) => services.includes(this.#service));
      this.#nodes = hosting.map(({ name }) => ({ name, hash: hashOf(name) }));
      const names = new Set(this.#nodes.map(({ name }) => name));
      for (const name of this.#answeredAt.keys()) if (!names.has(name)) this.#answeredAt.delete(name);
    }
    return this.#nodes;
  }
}
