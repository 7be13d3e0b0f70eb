import { type Backend, type EventStore, isAetherError } from "@flowmade-one/aether";
import type { ClusterMember } from "@flowmade-one/aether/cluster";
import { memory } from "@flowmade-one/aether/memory";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import type { AnyDecider } from "../../../src/state/command_execution.ts";
import { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import { randomFrom, VirtualTime } from "../../cluster/simulation/virtual_time.ts";
import { type SeatCommand, SeatEvents, type Seats, seats, SoldOut } from "../seats.ts";
import { SimulatedNetwork } from "./simulated_calls.ts";
import { type HostWorld, SimulatedHost } from "./simulated_host.ts";
import { SimulatedStorage, sleep } from "./simulated_storage.ts";
import { HostingOracle } from "./hosting_oracle.ts";

const ACTORS = 3;
const CLIENTS = 6;
/** Number of commands of each client. */
const COMMANDS = 8;
/** A command returns one of this number of seats that were taken last. */
const RETURNABLE = 9;
/** Milliseconds within which the faults of a world begin. */
const FAULTS_MS = 3_000;
/** Milliseconds after which all commands must have ended. */
const END_MS = 300_000;
/** Number of microtasks in the longest chain of promises in a host. */
const MICROTASKS = 96;

/** Number of events of an actor in a world with a history: more than `COMMIT_ID_LOOKBACK`. */
const HISTORY = 300;

/**
 * How often each outcome of a command occurred in a world, and the sums of three counts of its hosts: `served`,
 * `fallbacks` and `refreshes`, as in `HostStats`.
 */
export interface HostingStats {
  commands: number;
  acknowledged: number;
  refused: number;
  failed: number;
  duplicates: number;
  served: number;
  fallbacks: number;
  refreshes: number;
}

/** One command of a client. */
interface Attempt {
  readonly actorId: string;
  readonly command: SeatCommand;
  /** `undefined` if the host generates one. */
  readonly commitId: string | undefined;
  readonly lookback: number | undefined;
}

/** Runs real hosts in virtual time, over a storage and a network that fail. The seed determines every run. */
export class HostingWorld implements HostWorld {
  readonly time: VirtualTime = new VirtualTime(MICROTASKS);
  readonly random: () => number;
  readonly storage: SimulatedStorage;
  readonly network: SimulatedNetwork;
  readonly decider: AnyDecider<Seats, SeatCommand>;
  readonly oracle: HostingOracle;
  readonly stats: HostingStats = {
    commands: 0,
    acknowledged: 0,
    refused: 0,
    failed: 0,
    duplicates: 0,
    served: 0,
    fallbacks: 0,
    refreshes: 0,
  };
  readonly #backend: Backend;
  /** The store without faults. */
  readonly #truth: EventStore<SeatEvents>;
  readonly #hosts: SimulatedHost[] = [];
  /** The seats that commands were to take. */
  readonly #takes: { readonly actorId: string; readonly by: string }[] = [];
  /** Probability that a process does not see all nodes. */
  #wrongView = 0;
  #names = 0;
  #sessions = 0;
  #commands = 0;
  #running = CLIENTS;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    let ids = 0;
    this.#backend = memory({ newId: () => `id-${ids++}`, now: () => 1_767_225_600_000 + Math.floor(this.time.now) });
    this.#truth = this.#backend.store("screenings", SeatEvents);
    this.oracle = new HostingOracle(this.#truth, () => this.time.now);
    this.storage = new SimulatedStorage(this.#truth as unknown as EventStore, this.time, this.random);
    this.network = new SimulatedNetwork(this.time, this.random);
    const snapshotted = withSnapshots(seats, { schema: 1, policy: everyEvents(7), onError: () => {} });
    this.decider = (this.random() < 0.5 ? seats : snapshotted) as unknown as AnyDecider<Seats, SeatCommand>;
  }

  /**
   * The nodes that a process sees: all members, and each former member with probability 0.1. With probability
   * `#wrongView`, some of these nodes are missing.
   */
  membersOf(_host: SimulatedHost): readonly ClusterMember[] {
    const known = this.#hosts.filter(({ isMember }) => isMember || this.random() < 0.1);
    const seen = this.random() < this.#wrongView ? known.filter(() => this.random() < 0.6) : known;
    return seen.map(({ member }) => member);
  }

  /** Runs a world full of random faults. */
  async run(): Promise<void> {
    const { random, storage, network, time } = this;
    if (random() < 0.7) network.faults.loss = random() * 0.2;
    if (random() < 0.5) network.faults.duplication = random() * 0.2;
    if (random() < 0.7) network.faults.lateness = random() * 0.2;
    if (random() < 0.7) storage.faults.unknown = random() * 0.1;
    if (random() < 0.7) storage.faults.slowness = random() * 0.05;
    if (random() < 0.7) this.#wrongView = random() * 0.4;
    const hasHistory = random() < 0.3;
    for (let i = 0; hasHistory && i < ACTORS; i++) await this.#writeHistory(`screening.${i}`);
    const hosts = 2 + Math.floor(random() * 3);
    for (let i = 0; i < hosts; i++) this.#start();
    const hasShortLookback = random() < 0.5;
    for (let i = 0; i < CLIENTS; i++) time.after(0, () => void this.#client(i, hasShortLookback));
    const faults = Math.floor(random() * 5);
    for (let i = 0; i < faults; i++) time.at(random() * FAULTS_MS, () => this.#injectFault());
    await time.runUntil(END_MS, () => false);
    if (this.#running > 0) this.oracle.violate("termination", `${this.#running} clients still wait`);
    await this.oracle.check(ACTORS, network.faults.duplication === 0);
    for (const { host } of this.#hosts) {
      this.stats.served += host.stats.served;
      this.stats.fallbacks += host.stats.fallbacks;
      this.stats.refreshes += host.stats.refreshes;
    }
    await this.#backend.close();
  }

  async #writeHistory(actorId: string): Promise<void> {
    for (let version = 0; version < HISTORY; version++) {
      const type = version % 2 === 0 ? "Taken" : "Returned";
      const options = { expectedVersion: version, commitId: `history.${version}` };
      await this.#truth.append(actorId, [{ type, data: { by: "history" } }], options);
    }
  }

  #start(name = `n${this.#names++}`): void {
    this.#hosts.push(new SimulatedHost(name, this.#newSession(name), this));
  }

  #newSession(name: string): string {
    return `${name}~${this.#sessions++}`;
  }

  #injectFault(): void {
    const { random, time } = this;
    const alive = this.#hosts.filter(({ isAlive }) => isAlive);
    const host = alive[Math.floor(random() * alive.length)]!;
    const kind = random();
    if (kind < 0.3 && alive.length > 1) {
      host.process.isAlive = false;
      time.after(random() * 2_000, () => this.#start());
    } else if (kind < 0.55) host.process.pause(random() * 6_000);
    else if (kind < 0.75) this.#replace(host);
    else if (kind < 0.85) this.#renewSession(host);
    else this.#start();
  }

  /** Pauses a process, and starts another process with its name. The paused process loses its session later. */
  #replace(host: SimulatedHost): void {
    const { random, time } = this;
    host.process.pause(random() * 6_000);
    time.after(random() * 200, () => this.#start(host.name));
    time.after(2_000 + random() * 6_000, () => host.process.receive(() => host.endSession()));
  }

  /** Ends the session of a process, which begins another one later. */
  #renewSession(host: SimulatedHost): void {
    const { random, time } = this;
    host.endSession();
    time.after(random() * 2_000, () => host.process.receive(() => host.beginSession(this.#newSession(host.name))));
  }

  /** A client executes commands one after the other. */
  async #client(index: number, hasShortLookback: boolean): Promise<void> {
    const { random } = this;
    const process = new SimulatedProcess(`client${index}`, this.time, random, 1);
    for (let i = 0; i < COMMANDS; i++) {
      await sleep(process, random() * 300);
      const attempt = {
        ...this.#newCommand(`c${index}.${i}`),
        commitId: random() < 0.5 ? undefined : `command-${this.#commands++}`,
        // With a lookback of one commit, the client does not repeat a command: the repetition might not find the first
        // attempt's commit.
        lookback: hasShortLookback ? 1 : undefined,
      };
      await this.#execute(process, attempt, hasShortLookback ? 1 : 4);
    }
    this.#running--;
  }

  /** A command that takes a seat, or returns one that was taken lately. */
  #newCommand(by: string): Pick<Attempt, "actorId" | "command"> {
    const { random } = this;
    const lately = this.#takes.slice(-RETURNABLE);
    if (lately.length > 0 && random() < 0.5) {
      const taken = lately[Math.floor(random() * lately.length)]!;
      return { actorId: taken.actorId, command: { return: taken.by } };
    }
    const actorId = `screening.${Math.floor(random() * ACTORS)}`;
    this.#takes.push({ actorId, by });
    return { actorId, command: { take: by } };
  }

  /** Executes a command up to `attempts` times, until its outcome is known. */
  async #execute(process: { readonly name: string }, attempt: Attempt, attempts: number): Promise<void> {
    const { stats } = this;
    const { actorId, command, lookback } = attempt;
    let { commitId } = attempt;
    let isUnknown = false;
    const storesNothing = () => {
      if (!isUnknown) this.oracle.refused({ actorId, command, commitId });
    };
    stats.commands++;
    for (let i = 0; i < attempts; i++) {
      const host = this.#hostOfClient();
      const before = await this.#truth.latestVersion(actorId);
      const options = commitId === undefined ? {} : { commitId, ...(lookback !== undefined && { lookback }) };
      const outcome = await this.#outcomeOf(host, host.host.execute(actorId, command, options));
      // The process of the host was killed: the caller can repeat the command only by its commit id.
      if (outcome === undefined) {
        isUnknown = true;
        stats.failed++;
        if (commitId === undefined) return;
        continue;
      }
      if ("result" in outcome) {
        stats.acknowledged++;
        const { events, duplicate, answer, version } = outcome.result;
        if (duplicate) stats.duplicates++;
        if (events.length === 0) {
          storesNothing();
          return await this.oracle.checkNothing(actorId, command, before);
        }
        this.oracle.acknowledged(events);
        return await this.oracle.checkAnswer(actorId, version, answer as readonly string[]);
      }
      const { error } = outcome;
      if (error instanceof SoldOut) {
        stats.refused++;
        storesNothing();
        return await this.oracle.checkNothing(actorId, command, before);
      }
      if (!isAetherError(error)) {
        return this.oracle.violate("justified refusal", `${process.name} received an unexpected error: ${error}`);
      }
      stats.failed++;
      if (isAetherError(error, "outcome-unknown")) {
        isUnknown = true;
        commitId ??= error.commitId;
      } else if (commitId === undefined) return storesNothing();
    }
  }

  /** A host that is not paused, if there is one. */
  #hostOfClient(): SimulatedHost {
    const alive = this.#hosts.filter(({ isAlive }) => isAlive);
    const running = alive.filter(({ process }) => !process.isPaused);
    const hosts = running.length > 0 ? running : alive;
    return hosts[Math.floor(this.random() * hosts.length)]!;
  }

  /** The outcome of a command; `undefined` if the process of the host was killed first. */
  #outcomeOf(host: SimulatedHost, command: ReturnType<SimulatedHost["host"]["execute"]>) {
    type Outcome = { readonly result: Awaited<typeof command> } | { readonly error: unknown } | undefined;
    return new Promise<Outcome>((resolve) => {
      let isSettled = false;
      const settle = (outcome: Outcome) => {
        isSettled = true;
        resolve(outcome);
      };
      command.then((result) => settle({ result }), (error: unknown) => settle({ error }));
      const check = () => {
        if (!host.isAlive) settle(undefined);
        else if (!isSettled) this.time.after(1_000, check);
      };
      this.time.after(1_000, check);
    });
  }
}
