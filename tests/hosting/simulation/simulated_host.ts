import type { Cluster, ClusterMember } from "@flowmade-one/aether/cluster";
import { throwLater } from "../../../src/base/throw_later.ts";
import { NodeCalls } from "../../../src/cluster/node_calls.ts";
import { SESSIONS_PREFIX } from "../../../src/coordination/session_record.ts";
import { DeciderHost } from "../../../src/hosting/decider_host.ts";
import { HOSTED_RETRY, toHostSettings } from "../../../src/hosting/host_options.ts";
import type { AnyDecider } from "../../../src/state/command_execution.ts";
import { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { VirtualTime } from "../../cluster/simulation/virtual_time.ts";
import type { SeatCommand, Seats } from "../seats.ts";
import type { SimulatedNetwork } from "./simulated_calls.ts";
import { type SimulatedStorage, sleep } from "./simulated_storage.ts";

/** The parts of a world that its processes use. */
export interface HostWorld {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly storage: SimulatedStorage;
  readonly network: SimulatedNetwork;
  readonly decider: AnyDecider<Seats, SeatCommand>;
  /** The nodes that a process sees. They may differ from the live nodes. */
  membersOf(host: SimulatedHost): readonly ClusterMember[];
}

/** The service that the hosts of these tests offer. */
const SERVICE = "actors:screenings:seats";

/**
 * A real host in a simulated process. Its session ends when the world ends it. A host that was paused executes requests
 * from before the pause.
 */
export class SimulatedHost {
  readonly name: string;
  readonly process: SimulatedProcess;
  readonly host: DeciderHost<Seats, SeatCommand>;
  /** The last session of this process, by which other processes may still know it. */
  lastSession: string;
  #session: string | undefined;
  readonly #stepListeners: Set<() => void> = new Set();

  /** @param session Belongs to this process only. Another process can have the same name. */
  constructor(name: string, session: string, world: HostWorld) {
    this.name = name;
    this.#session = this.lastSession = session;
    const process = this.process = new SimulatedProcess(session, world.time, world.random, 0.9 + 0.2 * world.random());
    const cluster = { name, calls: this.#callsOver(world.network), offer: () => ({ [Symbol.dispose]: () => {} }) };
    Object.defineProperty(cluster, "members", { get: () => world.membersOf(this) });
    Object.defineProperty(cluster, "session", { get: () => this.#session });
    this.host = new DeciderHost({
      store: world.storage.storeOf(process),
      decider: world.decider,
      settings: toHostSettings<Seats>({
        cluster: cluster as unknown as Cluster,
        name: "seats",
        maxActors: 2,
        idleAfter: 2_000,
        answer: ({ takenBy }: Seats) => takenBy,
      }),
      environment: process.environment,
      retry: { ...HOSTED_RETRY, random: world.random, pause: (milliseconds) => sleep(process, milliseconds) },
    });
  }

  get isAlive(): boolean {
    return this.process.isAlive;
  }

  /** Whether this process is a member of the cluster. */
  get isMember(): boolean {
    return this.isAlive && this.#session !== undefined;
  }

  /** This process as a member of the cluster. */
  get member(): ClusterMember {
    return { name: this.name, session: this.lastSession, services: [SERVICE] };
  }

  /** Ends the session. */
  endSession(): void {
    this.#session = undefined;
    this.#step();
  }

  /** Begins another session. */
  beginSession(session: string): void {
    this.#session = this.lastSession = session;
    this.#step();
  }

  #callsOver(network: SimulatedNetwork): NodeCalls {
    const session = () => this.#session === undefined ? "" : `${SESSIONS_PREFIX}${this.#session}`;
    const coordinator = {
      get session() {
        return session();
      },
      onStep: (listener: () => void) => {
        this.#stepListeners.add(listener);
        return { [Symbol.dispose]: () => void this.#stepListeners.delete(listener) };
      },
    };
    return new NodeCalls(network.callsOf(this.process), coordinator, throwLater);
  }

  #step(): void {
    for (const listener of this.#stepListeners) listener();
  }
}
