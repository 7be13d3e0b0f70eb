import { assignShards, hashOf } from "../../../src/coordination/placement.ts";
import { LEASE_FRACTION } from "../../../src/coordination/own_session.ts";
import { HEARTBEAT, LEADERS, SHARDS, type SimulatedNode, TTL, type Work } from "./simulated_node.ts";
import type { StoredPut } from "./simulated_storage.ts";

/**
 * An invariant of the cluster:
 *
 * - `exclusive ownership`: At most one node acts on a claim, and no other node ends a valid session.
 * - `rising terms`: The terms of a claim rise with each new owner.
 * - `release after work`: A node gives a claim back only after its work has ended.
 * - `single work`: A node has at most one work for a claim.
 * - `unique names`: Two nodes of one name do not both have a session for long.
 * - `recovery`: The cluster settles after the faults.
 */
export type ClusterInvariant =
  | "exclusive ownership"
  | "rising terms"
  | "release after work"
  | "single work"
  | "unique names"
  | "recovery";

/**
 * Maximum milliseconds for which two nodes of one name both have valid sessions. In each lease of the slowest clock, a
 * heartbeat of the earlier session is stored. In the next lease, the other node reads back a later heartbeat of its own.
 * It has then read the heartbeat of the earlier session.
 */
const MAX_SHARED_NAME_MS = 3 * TTL * LEASE_FRACTION / 0.9 + HEARTBEAT;

/** Checks the invariants at every step. A world checks `recovery` by {@link Invariants.unsettled}. */
export class Invariants {
  /** Each violation begins with its invariant. */
  readonly violations: string[] = [];
  readonly #nodes: readonly SimulatedNode[];
  readonly #now: () => number;
  readonly #isStored: (key: string) => boolean;
  /** The works that have not settled, by claim. */
  readonly #works: Map<string, Set<Work>> = new Map();
  readonly #lastWorks: Map<string, Work> = new Map();
  /** The time at which two valid sessions of one name were first seen, by both session keys. */
  readonly #sharedNames: Map<string, number> = new Map();
  /** The process that has ended a session, by session key. */
  readonly #endedBy: Map<string, string> = new Map();

  /** @param isStored Whether the storage has a record. */
  constructor(nodes: readonly SimulatedNode[], now: () => number, isStored: (key: string) => boolean) {
    this.#nodes = nodes;
    this.#now = now;
    this.#isStored = isStored;
  }

  /** Called when work begins. */
  began(work: Work): void {
    const { claim, node, term: { term } } = work;
    const last = this.#lastWorks.get(claim);
    if (last !== undefined && (term < last.term.term || (term === last.term.term && node !== last.node))) {
      this.violate(
        "rising terms",
        `${claim}: term ${term} of ${node.name} after ${last.term.term} of ${last.node.name}`,
      );
    }
    this.#lastWorks.set(claim, work);
    let works = this.#works.get(claim);
    if (works === undefined) this.#works.set(claim, works = new Set());
    for (const other of works) {
      if (other.node === node) this.violate("single work", `${claim}: two works at once in ${node.name}`);
      else if (this.#gaveBack(other)) {
        this.violate("release after work", `${claim}: ${node.name} began before ${other.node.name} ended`);
      }
    }
    works.add(work);
    this.check();
  }

  /** Called when work has ended. */
  settled(work: Work): void {
    this.#works.get(work.claim)?.delete(work);
  }

  /** Called when the process of a node was killed. */
  killed(node: SimulatedNode): void {
    for (const works of this.#works.values()) for (const work of works) if (work.node === node) works.delete(work);
  }

  /** Called when a node has left the cluster gracefully. */
  left(node: SimulatedNode): void {
    for (const [claim, works] of this.#works) {
      for (const work of works) {
        if (work.node === node) this.violate("release after work", `${node.name} left before ${claim} ended`);
      }
    }
  }

  /** Checks that at most one node acts on each claim. */
  check(): void {
    for (const [claim, works] of this.#works) {
      if (works.size < 2) continue;
      const acting = [...works].filter(({ node, term }) => node.isAlive && term.held);
      if (acting.length > 1) {
        this.violate(
          "exclusive ownership",
          `${claim}: ${acting.map(({ node }) => node.name)} act at once`,
        );
      }
    }
  }

  /** Called when a record was stored. An empty value of a session key ends the session. */
  stored({ key, value, by }: StoredPut): void {
    if (!key.startsWith("sessions.")) return;
    if (value.length > 0) return this.#checkName(key);
    this.#endedBy.set(key, by);
    const owner = this.#nodes.find(({ isAlive, cluster }) => isAlive && cluster.coordinator.session === key);
    if (owner !== undefined && owner.process.name !== by && owner.cluster.session !== undefined) {
      this.violate("exclusive ownership", `${key} was ended by ${by} while it was valid`);
    }
  }

  /**
   * The reason why the cluster has not settled: its sessions, lists of members, owners of shards, or leaders.
   * `undefined` if it has.
   */
  unsettled(): string | undefined {
    const running = this.#nodes.filter(({ isAlive, isLeaving }) => isAlive && !isLeaving);
    // Among the nodes of one name, all but one stay without a session.
    const nodes = running.filter(({ name, cluster }) =>
      cluster.session !== undefined ||
      !running.some((other) => other.name === name && other.cluster.session !== undefined)
    );
    const names = nodes.map(({ name }) => name).sort();
    for (const { name, cluster } of nodes) {
      if (cluster.session === undefined) return `${name} has no session`;
      if (!this.#isStored(cluster.coordinator.session)) return `the storage does not have the session of ${name}`;
      const seen = cluster.members.map((member) => member.name).sort();
      if (`${seen}` !== `${names}`) return `${name} sees ${seen}, not ${names}`;
    }
    return this.#unsettledShards(nodes) ?? this.#unsettledLeaders(nodes);
  }

  /** Checks the name of a session that was renewed. */
  #checkName(key: string): void {
    const isValid = ({ isAlive, cluster }: SimulatedNode) => isAlive && cluster.session !== undefined;
    const node = this.#nodes.find((node) => isValid(node) && node.cluster.coordinator.session === key);
    if (node === undefined) return;
    for (const other of this.#nodes) {
      if (other === node || other.name !== node.name || !isValid(other)) continue;
      const pair = [key, other.cluster.coordinator.session].sort().join();
      const since = this.#sharedNames.get(pair) ?? this.#now();
      this.#sharedNames.set(pair, since);
      if (this.#now() - since > MAX_SHARED_NAME_MS) {
        this.violate("unique names", `${pair} since ${Math.round(since)} ms`);
      }
    }
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
    return isSame || this.#endedBy.get(session) === node.process.name;
  }

  /** Records a violation. */
  violate(invariant: ClusterInvariant, description: string): void {
    this.violations.push(`${invariant} violated at ${Math.round(this.#now())} ms: ${description}`);
  }
}
