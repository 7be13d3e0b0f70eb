import type { Shares, Term } from "../../../src/cluster/cluster.ts";
import { ClusterNode } from "../../../src/cluster/cluster_node.ts";
import { CloseScope } from "../../../src/lifecycle/close_scope.ts";
import type { SimulatedProcess } from "./simulated_process.ts";
import type { SimulatedRecords } from "./simulated_storage.ts";

/** The heartbeat and the time to live of each node, in milliseconds. */
export const HEARTBEAT = 1_000;
export const TTL = 5_000;
export const SHARDS = 8;
export const LEADERS = ["a", "b"] as const;

/** One run of work for a term. */
export interface Work {
  readonly node: SimulatedNode;
  readonly claim: string;
  readonly term: Term;
  /** The session that owned the claim. */
  readonly session: string;
  isSettled: boolean;
}

/** Observes the works of simulated nodes, and decides when they end. */
export interface WorkObserver {
  began(work: Work): void;
  settled(work: Work): void;
  /** Milliseconds that work takes to end after its signal was aborted. */
  endsAfter(): number;
  /** Milliseconds after which work ends by itself; `undefined` if it waits for its signal. */
  endsItself(): number | undefined;
  reported(node: SimulatedNode, error: unknown): void;
  /** Called when a node has left the cluster gracefully. */
  left(node: SimulatedNode): void;
}

/** A real cluster node in a simulated process. It competes for every leadership, and shares all shards. */
export class SimulatedNode {
  /** The name in the cluster. Another node may have the same name by mistake. */
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly records: SimulatedRecords;
  readonly cluster: ClusterNode;
  readonly #observer: WorkObserver;
  #shares: Shares | undefined;
  isLeaving = false;

  constructor(process: SimulatedProcess, records: SimulatedRecords, observer: WorkObserver, name: string) {
    this.name = name;
    this.process = process;
    this.records = records;
    this.#observer = observer;
    const options = { name, heartbeat: HEARTBEAT, ttl: TTL, onError: undefined };
    this.cluster = new ClusterNode(options, {
      records,
      environment: process.environment,
      backend: new CloseScope("the backend"),
      report: (error) => observer.reported(this, error),
      reportSession: (error) => observer.reported(this, error),
    });
    for (const name of LEADERS) void this.#lead(name);
    this.#shares = this.cluster.share("work", SHARDS, (shard, term) => this.#work(`shard.${shard}`, term));
  }

  get isAlive(): boolean {
    return this.process.isAlive;
  }

  get owned(): readonly number[] {
    return this.#shares?.owned ?? [];
  }

  /** Leaves the cluster gracefully, and ends the process. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    await this.cluster.close();
    this.#observer.left(this);
    this.process.isAlive = false;
  }

  async #lead(name: string): Promise<void> {
    while (!this.isLeaving) {
      try {
        await this.cluster.lead(name, (term) => this.#work(`leader.${name}`, term));
      } catch (error) {
        if (!this.isLeaving) this.#observer.reported(this, error);
        return;
      }
    }
  }

  async #work(claim: string, term: Term): Promise<void> {
    const { environment } = this.process;
    const work: Work = { node: this, claim, term, session: this.cluster.coordinator.session, isSettled: false };
    this.#observer.began(work);
    const endsAfter = this.#observer.endsItself();
    await new Promise<void>((resolve) => {
      term.signal.addEventListener("abort", () => resolve(), { once: true });
      if (endsAfter !== undefined) environment.schedule(endsAfter, resolve);
    });
    if (term.signal.aborted) {
      const delay = this.#observer.endsAfter();
      if (delay > 0) await new Promise<void>((resolve) => environment.schedule(delay, resolve));
    }
    work.isSettled = true;
    this.#observer.settled(work);
  }
}
