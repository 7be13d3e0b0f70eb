import { assignShards, hashOf } from "../../../src/coordination/placement.ts";
import { LEADERS, SHARDS, type SimulatedNode, type Work } from "./simulated_node.ts";
import type { StoredPut } from "./simulated_storage.ts";

/**
 * Checks the safety invariants at every step, and whether the cluster has settled in the end.
 *
 * - I1: At most one node acts on a claim, and no other node ends a valid session.
 * - I2: The terms of a claim rise with each new owner.
 * - I3: A node gives a claim back only after its work has ended.
 * - I4: A node has at most one work for a claim.
 * - I5, reported by the schedules: The cluster settles.
 */
export class Invariants {
  readonly violations: string[] = [];
  begun = 0;
  readonly #nodes: readonly SimulatedNode[];
  readonly #now: () => number;
  readonly #isStored: (key: string) => boolean;
  /** By claim, works that have not settled. */
  readonly #works: Map<string, Set<Work>> = new Map();
  readonly #lastWorks: Map<string, Work> = new Map();
  /** By session, the node that has ended it. */
  readonly #endedBy: Map<string, string> = new Map();

  /** @param isStored Whether the storage has a record. */
  constructor(nodes: readonly SimulatedNode[], now: () => number, isStored: (key: string) => boolean) {
    this.#nodes = nodes;
    this.#now = now;
    this.#isStored = isStored;
  }

  began(work: Work): void {
    this.begun++;
    const { claim, node, term: { term } } = work;
    const last = this.#lastWorks.get(claim);
    if (last !== undefined && (term < last.term.term || (term === last.term.term && node !== last.node))) {
      this.#violate("I2", `${claim}: term ${term} of ${node.name} after ${last.term.term} of ${last.node.name}`);
    }
    this.#lastWorks.set(claim, work);
    let works = this.#works.get(claim);
    if (works === undefined) this.#works.set(claim, works = new Set());
    for (const other of works) {
      if (other.node === node) this.#violate("I4", `${claim}: two works at once in ${node.name}`);
      else if (this.#gaveBack(other)) {
        this.#violate("I3", `${claim}: ${node.name} began before ${other.node.name} ended`);
      }
    }
    works.add(work);
    this.check();
  }

  settled(work: Work): void {
    this.#works.get(work.claim)?.delete(work);
  }

  /** The process of a node was killed. */
  killed(node: SimulatedNode): void {
    for (const works of this.#works.values()) for (const work of works) if (work.node === node) works.delete(work);
  }

  /** A node has left the cluster gracefully. */
  left(node: SimulatedNode): void {
    for (const [claim, works] of this.#works) {
      for (const work of works) if (work.node === node) this.#violate("I3", `${node.name} left before ${claim} ended`);
    }
  }

  /** At most one node acts on a claim. */
  check(): void {
    for (const [claim, works] of this.#works) {
      if (works.size < 2) continue;
      const acting = [...works].filter(({ node, term }) => node.isAlive && term.held);
      if (acting.length > 1) this.#violate("I1", `${claim}: ${acting.map(({ node }) => node.name)} act at once`);
    }
  }

  /** A record was stored. An empty value of a session key ends the session. */
  stored({ key, value, by }: StoredPut): void {
    if (value.length > 0 || !key.startsWith("sessions.")) return;
    this.#endedBy.set(key, by);
    const owner = this.#nodes.find(({ isAlive, cluster }) => isAlive && cluster.coordinator.session === key);
    if (owner !== undefined && owner.name !== by && owner.cluster.session !== undefined) {
      this.#violate("I1", `${key} was ended by ${by} while it was valid`);
    }
  }

  /** Why the cluster has not settled: its sessions, member lists, shard owners or leaders; `undefined` if it has. */
  unsettled(): string | undefined {
    const nodes = this.#nodes.filter(({ isAlive, isLeaving }) => isAlive && !isLeaving);
    const names = nodes.map(({ name }) => name).sort();
    for (const { name, cluster } of nodes) {
      if (cluster.session === undefined) return `${name} has no session`;
      if (!this.#isStored(cluster.coordinator.session)) return `the storage does not have the session of ${name}`;
      const seen = cluster.members.map((member) => member.name).sort();
      if (`${seen}` !== `${names}`) return `${name} sees ${seen}, not ${names}`;
    }
    return this.#unsettledShards(nodes) ?? this.#unsettledLeaders(nodes);
  }

  #unsettledShards(nodes: readonly SimulatedNode[]): string | undefined {
    const sorted = nodes.map((node) => ({ node, hash: hashOf(node.name), key: node.cluster.session! }))
      .sort((a, b) => a.key < b.key ? -1 : 1);
    const plan = assignShards(sorted, SHARDS, hashOf(`shards.work.${SHARDS}`));
    for (const [shard, { node }] of plan.entries()) {
      const owners = nodes.filter(({ owned }) => owned.includes(shard));
      if (owners.length !== 1 || owners[0] !== node) {
        return `shard ${shard} is owned by ${owners.map(({ name }) => name)}, not by ${node.name}`;
      }
    }
    return undefined;
  }

  #unsettledLeaders(nodes: readonly SimulatedNode[]): string | undefined {
    if (nodes.length === 0) return undefined;
    for (const name of LEADERS) {
      const leading = [...this.#works.get(`leader.${name}`) ?? []].filter(({ node, term }) =>
        node.isAlive && term.held
      );
      if (leading.length !== 1) return `leader ${name} is ${leading.map(({ node }) => node.name)}`;
    }
    return undefined;
  }

  /** Whether the node gave the claim back itself: its session is valid, or the node ended the session. */
  #gaveBack({ node, session }: Work): boolean {
    if (!node.isAlive) return false;
    const isSame = node.cluster.session !== undefined && node.cluster.coordinator.session === session;
    return isSame || this.#endedBy.get(session) === node.name;
  }

  #violate(invariant: string, what: string): void {
    this.violations.push(`${invariant} at ${Math.round(this.#now())} ms: ${what}`);
  }
}
