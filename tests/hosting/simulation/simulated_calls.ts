import type { CallAddress, CallOptions, Calls } from "@flowmade-one/aether/adapter";
import { UnavailableError } from "@flowmade-one/aether/errors";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { VirtualTime } from "../../cluster/simulation/virtual_time.ts";

/** The handler of a process at an address. */
interface Service {
  readonly process: SimulatedProcess;
  readonly handler: (request: Uint8Array) => Promise<Uint8Array>;
}

/** The faults of a network. */
export interface CallFaults {
  /** Probability that a message is lost. */
  loss: number;
  /** Probability that a request arrives twice, which is more than an adapter may do. */
  duplication: number;
  /** Probability that a request arrives up to eight seconds late. */
  lateness: number;
}

/** A network that carries requests between simulated processes. */
export class SimulatedNetwork {
  readonly faults: CallFaults = { loss: 0, duplication: 0, lateness: 0 };
  readonly #time: VirtualTime;
  readonly #random: () => number;
  /** The services by their addresses. Several processes can serve one address: a request reaches all of them. */
  readonly #services: Map<string, Set<Service>> = new Map();

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  /** The network as a process reaches it. */
  callsOf(process: SimulatedProcess): Calls {
    return {
      maxBytes: Infinity,
      serve: ({ session }, handler) => {
        const services = this.#services.getOrInsertComputed(session, () => new Set());
        const service = { process, handler };
        services.add(service);
        return { [Symbol.asyncDispose]: () => Promise.resolve(void services.delete(service)) };
      },
      call: (address, request, options) => this.#call(process, address, request, options),
    };
  }

  #call(
    from: SimulatedProcess,
    { session }: CallAddress,
    request: Uint8Array,
    { timeout }: CallOptions,
  ): Promise<Uint8Array | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
    const random = this.#random;
    const { loss, duplication, lateness } = this.faults;
    const services = [...this.#services.get(session) ?? []].filter(({ process }) => process.isAlive);
    if (services.length === 0) {
      this.#time.after(1, () => from.receive(() => resolve(undefined)));
      return promise;
    }
    from.environment.schedule(timeout, () => reject(new UnavailableError("there was no answer")));
    if (random() < loss) return promise;
    const answer = (bytes: Uint8Array) => {
      if (random() < loss) return;
      this.#time.after(0.3 + random(), () => from.receive(() => resolve(bytes)));
    };
    const copies = random() < duplication ? 2 : 1;
    for (const { process, handler } of services.flatMap((service) => Array<Service>(copies).fill(service))) {
      const delay = random() < lateness ? random() * 8_000 : 0.3 + random();
      this.#time.after(delay, () => process.receive(() => void handler(request.slice()).then(answer)));
    }
    return promise;
  }
}
