import { Invariants } from "./invariants.ts";
import { SimulatedProcess } from "./simulated_process.ts";
import { HEARTBEAT, SimulatedNode, TTL, type Work, type WorkObserver } from "./simulated_node.ts";
import { LATEST_MS, SimulatedStorage } from "./simulated_storage.ts";
import { storageFaults } from "./storage_faults.ts";
import { randomFrom, VirtualTime } from "./virtual_time.ts";

/** Milliseconds during which faults occur. */
const FAULTS_MS = 40_000;
/** Milliseconds after the faults within which the cluster must settle, even if puts are still in flight. */
const RECOVERY_MS = LATEST_MS + 4 * TTL + 10 * HEARTBEAT;
/** Milliseconds for which the cluster must stay settled. */
const STABLE_MS = 4_000;
/** Milliseconds between two checks of whether the cluster has settled. */
const CHECK_MS = 250;

/** Maximum additional delay of answers in milliseconds. */
const MAX_LAG_MS = 4_000;

const MAX_NODES = 8;

/** The counts of a run. */
export interface WorldStats {
  works: number;
  /** Sessions that were ended. */
  ended: number;
  /** Losses of the storage. */
  losses: number;
  kills: number;
  leaves: number;
  /** Milliseconds from the end of the faults until the cluster had settled. */
  recovery: number;
}

/** A cluster in virtual time. Everything in it depends on the seed. */
export class World implements WorkObserver {
  readonly time: VirtualTime = new VirtualTime();
  readonly random: () => number;
  readonly storage: SimulatedStorage;
  readonly nodes: SimulatedNode[] = [];
  readonly invariants: Invariants;
  readonly stats: WorldStats = { works: 0, ended: 0, losses: 0, kills: 0, leaves: 0, recovery: 0 };
  readonly trace: string[] | undefined;
  /** Probability that work ends by itself. */
  selfEndProbability = 0.05;
  /** Probability that work takes up to 3 seconds to end after its signal was aborted. */
  slowEndProbability = 0.3;
  #names = 0;

  /** @param isTraced Whether to keep a trace. */
  constructor(seed: number, isTraced = false) {
    this.random = randomFrom(seed);
    this.trace = isTraced ? [] : undefined;
    const isStored = (key: string) => this.storage.lastRevisionOf(key) > 0;
    this.invariants = new Invariants(this.nodes, () => this.time.now, isStored);
    this.storage = new SimulatedStorage(this.time, this.random, (put) => {
      if (put.value.length === 0 && put.key.startsWith("sessions.")) this.stats.ended++;
      this.note(() => `${put.by} put ${put.key}=${new TextDecoder().decode(put.value)} @${put.revision}`);
      this.invariants.stored(put);
    });
  }

  /** Adds a line to the trace. */
  note(description: () => string): void {
    this.trace?.push(`${Math.round(this.time.now)} ${description()}`);
  }

  /**
   * Starts a node in a new process.
   *
   * @param name By default, a name that no other node has.
   */
  start(rate = 0.9 + 0.2 * this.random(), name?: string): SimulatedNode {
    const process = new SimulatedProcess(`n${this.#names++}`, this.time, this.random, rate);
    const node = new SimulatedNode(process, this.storage.join(process), this, name ?? process.name);
    this.nodes.push(node);
    this.note(() => `${process.name} starts as ${node.name}`);
    return node;
  }

  kill(node: SimulatedNode): void {
    this.note(() => `${node.name} is killed`);
    this.stats.kills++;
    node.process.isAlive = false;
    this.invariants.killed(node);
  }

  leave(node: SimulatedNode): void {
    this.note(() => `${node.name} leaves`);
    this.stats.leaves++;
    void node.leave();
  }

  lose(): void {
    this.note(() => "the storage is lost");
    this.stats.losses++;
    this.storage.lose();
  }

  began(work: Work): void {
    this.note(() => `${work.node.name} begins ${work.claim} term ${work.term.term}`);
    this.stats.works++;
    this.invariants.began(work);
  }

  settled(work: Work): void {
    this.note(() => `${work.node.name} ended ${work.claim} term ${work.term.term}`);
    this.invariants.settled(work);
  }

  endsAfter(): number {
    return this.random() < this.slowEndProbability ? this.random() * 3_000 : 0;
  }

  endsItself(): number | undefined {
    return this.random() < this.selfEndProbability ? this.random() * 5_000 : undefined;
  }

  left(node: SimulatedNode): void {
    this.note(() => `${node.name} has left`);
    this.invariants.left(node);
  }

  reported(node: SimulatedNode, error: unknown): void {
    this.note(() => `${node.name} reports ${error}`);
  }

  /** Runs up to a time, or to the first violation. */
  async runUntil(time: number): Promise<void> {
    await this.time.runUntil(time, () => {
      this.invariants.check();
      return this.invariants.violations.length > 0;
    });
  }

  /** Ends all faults. */
  heal(): void {
    this.note(() => "the faults end");
    this.storage.faults.loss = this.storage.faults.lateness = 0;
    this.storage.isUp = true;
    this.selfEndProbability = 0;
    for (const { records, process } of this.nodes) {
      records.canSend = records.canReceive = true;
      records.lag = 0;
      process.wake();
    }
  }

  /** Runs until the cluster has settled and stays settled. A late put may disturb it once more. */
  async recover(): Promise<void> {
    const { violations } = this.invariants;
    const began = this.time.now;
    let settledSince: number | undefined;
    while (violations.length === 0) {
      await this.runUntil(this.time.now + CHECK_MS);
      const unsettled = this.invariants.unsettled();
      if (unsettled !== undefined) settledSince = undefined;
      else settledSince ??= this.time.now;
      if (settledSince !== undefined && this.time.now - settledSince >= STABLE_MS) break;
      if (this.time.now > began + RECOVERY_MS) {
        this.invariants.violate("recovery", `${RECOVERY_MS} ms after the faults: ${unsettled}`);
      }
    }
    this.stats.recovery = (settledSince ?? this.time.now) - began;
  }

  /** Runs a world with random faults, and then until the cluster has settled. */
  async runRandom(): Promise<void> {
    const { random, time, storage } = this;
    const count = 2 + Math.floor(random() * 4);
    // Half of the worlds begin with an open storage. In the others, the first claim waits.
    if (random() < 0.5) storage.open();
    for (let i = 0; i < count; i++) time.at(random() * 5_000, () => this.start());
    if (random() < 0.5) storage.faults.loss = random() * 0.3;
    if (random() < 0.5) storage.faults.lateness = random() * 0.1;
    const faults = Math.floor(random() * 16);
    for (let i = 0; i < faults; i++) time.at(3_000 + random() * (FAULTS_MS - 3_000), () => this.#injectFault());
    this.#offerInBursts();
    await this.runUntil(FAULTS_MS);
    this.heal();
    await this.recover();
  }

  /** Has nodes offer services in bursts. Each new service is announced by an additional heartbeat. */
  #offerInBursts(): void {
    for (let burst = 0; burst < 3; burst++) {
      const at = this.random() * FAULTS_MS;
      for (let i = 0; i < 15; i++) {
        this.time.at(at + i * 60, () => {
          const node = this.nodes[burst % Math.max(1, this.nodes.length)];
          node?.process.receive(() => {
            if (!node.isLeaving) node.cluster.offer(`service-${burst}-${i}`);
          });
        });
      }
    }
  }

  #injectFault(): void {
    const { random, time } = this;
    const running = this.nodes.filter(({ isAlive, isLeaving }) => isAlive && !isLeaving);
    const node = running[Math.floor(random() * running.length)];
    if (node === undefined) return void this.start();
    const span = random() < 0.5 ? random() * 3_000 : random() * 20_000;
    const { process } = node;
    const restoring = (restore: () => void) => time.at(Math.min(time.now + span, FAULTS_MS), restore);
    const faults = storageFaults(this.storage, node.records, MAX_LAG_MS, restoring);
    const kinds: (() => void)[] = [
      () => {
        if (running.length < 2) return;
        this.kill(node);
        // The process restarts under its own name, or another process replaces it.
        if (random() < 0.8) restoring(() => this.start(undefined, random() < 0.5 ? node.name : undefined));
      },
      () => process.pause(span),
      () => process.suspend(span),
      faults.cut,
      faults.cannotSend,
      faults.cannotReceive,
      faults.outage,
      faults.lag,
      () => {
        // The new node may have the name of a live node by mistake.
        if (running.length < MAX_NODES) this.start(undefined, random() < 0.3 ? node.name : undefined);
      },
      () => {
        if (running.length > 1) process.receive(() => this.leave(node));
      },
      () => {
        if (random() < 0.5) this.lose();
      },
    ];
    const kind = Math.floor(random() * kinds.length);
    this.note(() => `fault ${kind} for ${node.name}, ${Math.round(span)} ms`);
    kinds[kind]!();
  }
}
