import type { Records } from "../../../src/driver/records.ts";
import { definitionKey } from "../../../src/consumers/consumer_keys.ts";
import { decodeDefinition, lanesOf } from "../../../src/consumers/definition.ts";
import type { StoredConsumer } from "../../../src/consumers/stored_consumer.ts";
import { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import { LATEST_MS, SimulatedStorage, type StoredPut } from "../../cluster/simulation/simulated_storage.ts";
import { randomFrom, VirtualTime } from "../../cluster/simulation/virtual_time.ts";
import { ConsumerOracle } from "./consumer_oracle.ts";
import { SimulatedEventLog } from "./simulated_event_log.ts";
import { injectFault } from "./inject_fault.ts";
import { joinWorld, NAME, otherOrder, type Participant, TTL } from "./join_world.ts";
import { simulatedOperator } from "./simulated_operator.ts";

/** Milliseconds during which faults occur. */
const FAULTS_MS = 20_000;
/** Milliseconds of the longest call of the handler that begins before the faults end. */
const LONGEST_HANDLER = 6_000;
/** Milliseconds of the longest call that is not delayed. */
const USUAL_HANDLER = 60;
/** Milliseconds after the faults within which the consumer must recover. */
const RECOVERY_MS = LATEST_MS + 4 * TTL + LONGEST_HANDLER;
const ACTORS = 12;

/** The options of the consumer of a world. */
export interface WorldOptions {
  readonly order: "log" | "actor";
  readonly saveEvery: number;
  /** Whether an actor is parked after two failures of an event. */
  readonly parks: boolean;
}

/** A consumer in virtual time. Everything in it depends on the seed. */
export class ConsumerWorld {
  readonly time: VirtualTime = new VirtualTime();
  readonly random: () => number;
  readonly log: SimulatedEventLog = new SimulatedEventLog();
  readonly storage: SimulatedStorage;
  readonly oracle: ConsumerOracle;
  readonly options: WorldOptions;
  readonly participants: Participant[] = [];
  readonly trace: string[] | undefined;
  readonly stats: Record<string, number> = {};
  /** Returns the milliseconds that a call of the handler takes. If the number is negative, the call fails at once. */
  handling: () => number;
  readonly control: StoredConsumer;
  /** The order with which a process joins first. If the consumer has the other order, the process uses that one. */
  order: "log" | "actor";
  readonly #forgetting: AbortController = new AbortController();
  /** A mistake in the use of records, which every process makes. */
  mistake: ((records: Records) => Partial<Records>) | undefined;

  /** @param isTraced Whether to keep a trace. */
  constructor(seed: number, isTraced = false, options?: WorldOptions) {
    this.random = randomFrom(seed);
    this.trace = isTraced ? [] : undefined;
    const pick = <T>(values: readonly T[]) => values[Math.floor(this.random() * values.length)]!;
    this.options = options ??
      { order: pick(["log", "actor"]), saveEvery: pick([0, 200, 1_000]), parks: this.random() < 0.5 };
    this.order = this.options.order;
    this.oracle = new ConsumerOracle(this.log, this.order, () => this.time.now);
    this.storage = new SimulatedStorage(this.time, this.random, (put) => this.#stored(put));
    this.handling = () => {
      const chance = this.random();
      if (chance < 0.05) return -1;
      return chance < 0.3 ? 0 : chance < 0.31 ? this.random() * LONGEST_HANDLER : this.random() * USUAL_HANDLER;
    };
    this.control = simulatedOperator(NAME, this.log, this.storage);
  }

  /** Adds a line to the trace. */
  note(description: () => string): void {
    this.trace?.push(`${Math.round(this.time.now)} ${description()}`);
  }

  /** Counts a kind of fault or request. */
  count(counter: string): void {
    this.stats[counter] = (this.stats[counter] ?? 0) + 1;
  }

  /** The processes that run and are not closing. */
  get running(): Participant[] {
    return this.participants.filter(({ process, isClosing }) => process.isAlive && !isClosing);
  }

  /** Starts a process, which joins the consumer. */
  start(rate = 0.9 + 0.2 * this.random()): Participant {
    const process = new SimulatedProcess(`p${this.participants.length}`, this.time, this.random, rate);
    const participant: Participant = {
      process,
      records: this.storage.join(process),
      consumer: undefined,
      isClosing: false,
    };
    this.participants.push(participant);
    this.note(() => `${process.name} starts`);
    void joinWorld(this, participant);
    return participant;
  }

  kill({ process }: Participant): void {
    this.note(() => `${process.name} is killed`);
    this.count("kills");
    process.isAlive = false;
    this.oracle.killed(process);
  }

  async close(participant: Participant): Promise<void> {
    const { process } = participant;
    this.note(() => `${process.name} closes`);
    this.count("closes");
    participant.isClosing = true;
    await participant.consumer?.close();
    this.note(() => `${process.name} has closed`);
    process.isAlive = false;
  }

  pause({ process }: Participant, span: number, isSuspended = false): void {
    if (isSuspended) process.suspend(span);
    else process.pause(span);
    this.time.after(span, () => this.oracle.resumed(process));
  }

  /**
   * Ends or pauses some processes, and forgets the consumer. The call may be refused or wait, because other processes
   * are members. Processes that start later may consume with another order.
   */
  forget(): void {
    const share = this.random();
    const controller = this.#forgetting;
    for (const participant of this.running) {
      const choice = this.random();
      if (choice > share) void this.close(participant);
      else if (choice > share * 0.7) this.kill(participant);
      else if (choice > share * 0.4) this.pause(participant, 15_000 * this.random(), this.random() < 0.5);
    }
    if (this.random() < 0.5) this.order = otherOrder(this.order);
    const starts = 1 + Math.floor(this.random() * 3);
    for (let i = 0; i < starts; i++) this.time.after(this.random() * 5_000, () => this.start());
    this.operate("forget", async () => {
      await this.control.forget({ signal: controller.signal });
      this.count("forgotten");
    });
  }

  append(): void {
    const actorId = `actor.${Math.floor(this.random() * ACTORS)}`;
    this.log.append(actorId, 1 + Math.floor(this.random() * 3), this.time.now);
  }

  /** Runs up to a time, or to the first violation. */
  runUntil(time: number): Promise<void> {
    return this.time.runUntil(time, () => this.oracle.violations.length > 0);
  }

  /** Runs a world with random faults, and then until the consumer has recovered. */
  async runRandom(): Promise<void> {
    const { random, time, storage } = this;
    const count = 1 + Math.floor(random() * 3);
    for (let i = 0; i < count; i++) time.at(random() * 3_000, () => this.start());
    if (random() < 0.5) storage.faults.loss = random() * 0.2;
    if (random() < 0.5) storage.faults.lateness = random() * 0.05;
    for (let i = 0; i < 100; i++) time.at(random() * FAULTS_MS, () => this.append());
    const faults = Math.floor(random() * 16);
    for (let i = 0; i < faults; i++) {
      time.at(2_000 + random() * (FAULTS_MS - 2_000), () => injectFault(this, FAULTS_MS));
    }
    await this.runUntil(FAULTS_MS);
    await this.recover();
  }

  /** After the faults: runs until each lane has one owner and every event is done. */
  async recover(): Promise<void> {
    const { violations } = this.oracle;
    this.#heal();
    const began = this.time.now;
    for (let round = 0; violations.length === 0; round++) {
      if (round % 8 === 0) await this.redriveAll();
      // The last running process may have closed.
      if (this.running.length === 0) this.start();
      await this.runUntil(this.time.now + 250);
      const unsettled = this.unsettled();
      if (unsettled === undefined) break;
      if (this.time.now > began + RECOVERY_MS) {
        this.oracle.violate("recovery", `${RECOVERY_MS} ms after the faults: ${unsettled}`);
      }
    }
    this.stats.recovery = this.time.now - began;
  }

  /** The reason why a lane does not have one owner, or an event is not done; `undefined` if neither is the case. */
  unsettled(): string | undefined {
    const owners = this.running.flatMap(({ consumer, process }) =>
      (consumer?.owned ?? []).map((lane) => ({ lane, name: process.name }))
    );
    for (let lane = 0; lane < lanesOf(this.oracle); lane++) {
      const names = owners.filter((owner) => owner.lane === lane).map(({ name }) => name);
      if (names.length !== 1) return `lane ${lane} is owned by ${names.join() || "no process"}`;
    }
    const [undone] = this.oracle.undone;
    return undone && `${undone.actorId}@${undone.version} is not done`;
  }

  #stored({ key, value, by, revision }: StoredPut): void {
    this.note(() => `${by} put ${key}=${new TextDecoder().decode(value)} @${revision}`);
    if (key === definitionKey(NAME)) this.oracle.definitionStored(decodeDefinition(value));
    const lane = /\.lanes\.(\d+)$/.exec(key)?.[1];
    if (lane !== undefined) this.oracle.stored(Number(lane), value, by);
  }

  #heal(): void {
    this.note(() => "the faults end");
    this.#forgetting.abort();
    this.storage.faults.loss = this.storage.faults.lateness = 0;
    this.storage.isUp = true;
    const { handling } = this;
    this.handling = () => Math.min(Math.max(0, handling()), USUAL_HANDLER);
    for (const { records, process } of this.participants) {
      records.canSend = records.canReceive = true;
      records.lag = 0;
      process.wake();
      this.oracle.resumed(process);
    }
    if (this.running.length === 0) this.start();
    this.operate("resume", () => this.control.resume());
  }

  /** Redrives every parked actor. */
  async redriveAll(): Promise<void> {
    for (const [, { parked }] of this.oracle.lanes) {
      for (const { actorId, redrive } of parked) {
        if (!redrive) this.operate("redrive", () => this.control.redrive(actorId));
      }
    }
    await Promise.resolve();
  }

  /** Makes a request of the operator. The request may fail, since the state of the consumer may not permit it. */
  operate(operation: string, call: () => Promise<void>): void {
    this.note(() => `the operator: ${operation}`);
    this.count(operation);
    call().catch((error) => this.note(() => `the operator cannot ${operation}: ${error}`));
  }

  /** Restores an older backup of the log, and resets the consumer. */
  restore(): void {
    this.count("restores");
    this.log.restore(Math.floor(this.random() * this.log.offset));
    this.note(() => `the log is restored to commit ${this.log.offset}`);
    this.operate("reset", () => this.control.reset("start"));
  }
}
