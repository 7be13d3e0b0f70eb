import type { CallAddress, CallOptions, Calls } from "@flowmade-one/aether/adapter";
import { UnavailableError } from "@flowmade-one/aether/errors";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { VirtualTime } from "../../cluster/simulation/virtual_time.ts";

type Handler = (request: Uint8Array) => Promise<Uint8Array>;

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
  /** The handler of each node, by the name of the node. */
  readonly #handlers: Map<string, { readonly process: SimulatedProcess; readonly handler: Handler }> = new Map();

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time;
    this.#random = random;
  }

  /** The network as a process reaches it. */
  callsOf(process: SimulatedProcess): Calls {
    return {
      maxBytes: Infinity,
      serve: ({ node }, handler) => {
        this.#handlers.set(node, { process, handler });
        return { [Symbol.asyncDispose]: () => Promise.resolve(void this.#handlers.delete(node)) };
      },
      call: (address, request, options) => this.#call(process, address, request, options),
    };
  }

  #call(
    from: SimulatedProcess,
    { node }: CallAddress,
    request: Uint8Array,
    { timeout }: CallOptions,
  ): Promise<Uint8Array | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
    const random = this.#random;
    const { loss, duplication, lateness } = this.faults;
    const served = this.#handlers.get(node);
    if (served?.process.isAlive !== true) {
      this.#time.after(1, () => from.receive(() => resolve(undefined)));
      return promise;
    }
    from.environment.schedule(timeout, () => reject(new UnavailableError("there was no answer")));
    if (random() < loss) return promise;
    const copies = random() < duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delay = random() < lateness ? random() * 8_000 : 0.3 + random();
      this.#time.after(delay, () =>
        served.process.receive(() => {
          void served.handler(request.slice()).then((answer) => {
            if (random() < loss) return;
            this.#time.after(0.3 + random(), () => from.receive(() => resolve(answer)));
          });
        }));
    }
    return promise;
  }
}
