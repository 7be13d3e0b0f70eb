import type { Cluster, ClusterMember } from "@flowmade-one/aether/cluster";
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

/** A real host in a simulated process. */
export class SimulatedHost {
  readonly process: SimulatedProcess;
  readonly host: DeciderHost<Seats, SeatCommand>;

  constructor(name: string, world: HostWorld) {
    const process = this.process = new SimulatedProcess(name, world.time, world.random, 0.9 + 0.2 * world.random());
    const { newId, ...clocks } = process.environment;
    const environment = { ...clocks, newId: () => `${name}-${newId()}` };
    const cluster = {
      name,
      session: name, // It never ends: in a world, a host that was paused executes requests from before the pause.
      calls: world.network.callsOf(process),
      offer: () => ({ [Symbol.dispose]: () => {} }),
    };
    Object.defineProperty(cluster, "members", { get: () => world.membersOf(this) });
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
      environment,
      retry: { ...HOSTED_RETRY, random: world.random, pause: (milliseconds) => sleep(process, milliseconds) },
    });
  }

  get name(): string {
    return this.process.name;
  }

  get isAlive(): boolean {
    return this.process.isAlive;
  }

  /** This process as a member of the cluster. */
  get member(): ClusterMember {
    return { name: this.name, session: this.name, services: [SERVICE] };
  }
}
