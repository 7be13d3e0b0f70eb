import type { EventReader, EventStore, RecordedEvent } from "@flowmade-one/aether";
import { OutcomeUnknownError } from "@flowmade-one/aether/errors";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { VirtualTime } from "../../cluster/simulation/virtual_time.ts";

/** Maximum number of milliseconds after which an append of unknown outcome arrives. */
const LATEST_MS = 5_000;

/** The options with which a host appends. The expected version is always a number. */
interface NumericOptions {
  readonly expectedVersion: number;
  readonly commitId?: string;
}

/** The faults of a storage. */
export interface StorageFaults {
  /** Probability that a process does not learn the outcome of an append. */
  unknown: number;
  /** Probability that a request takes up to three seconds. */
  slowness: number;
}

/** The store of a simulated world, and its view from each process. */
export class SimulatedStorage {
  readonly faults: StorageFaults = { unknown: 0, slowness: 0 };
  /** The store without faults. */
  readonly #truth: EventStore;
  readonly #time: VirtualTime;
  readonly #random: () => number;

  constructor(truth: EventStore, time: VirtualTime, random: () => number) {
    this.#truth = truth;
    this.#time = time;
    this.#random = random;
  }

  /** The store as a process reaches it: over a network that delays requests, and sometimes loses an answer. */
  storeOf(process: SimulatedProcess): EventStore {
    const store: Pick<EventStore, "namespace" | "snapshots" | "append" | "read"> = {
      namespace: this.#truth.namespace,
      snapshots: this.#truth.snapshots,
      append: (...args) => this.#append(process, ...args),
      read: (...args) => this.#read(process, ...args),
    };
    return store as EventStore;
  }

  /** Appends over the network. Sometimes the outcome is unknown, and half of these appends arrive later. */
  async #append(
    process: SimulatedProcess,
    actorId: string,
    events: Parameters<EventStore["append"]>[1],
    options: Parameters<EventStore["append"]>[2],
  ): ReturnType<EventStore["append"]> {
    // The commit id is generated before the request is sent, as in a driver.
    const { expectedVersion, commitId = `${process.name}-${process.environment.newId()}` } = options as NumericOptions;
    const named = { expectedVersion, commitId };
    const { namespace } = this.#truth;
    if (this.#random() < this.faults.unknown) {
      if (this.#random() < 0.5) {
        this.#time.after(this.#random() * LATEST_MS, () => {
          this.#truth.append(actorId, events, named).catch(() => {});
        });
      }
      await sleep(process, 1_000);
      throw new OutcomeUnknownError("the answer was lost", { namespace, actorId, commitId });
    }
    await this.#travel(process);
    const outcome = await this.#truth.append(actorId, events, named).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    await this.#travel(process);
    if ("error" in outcome) throw outcome.error;
    return outcome.result;
  }

  #read(process: SimulatedProcess, ...args: Parameters<EventStore["read"]>): EventReader<RecordedEvent> {
    const read = async () => {
      await this.#travel(process);
      const events = await this.#truth.read(...args).toArray();
      await this.#travel(process);
      return events;
    };
    return {
      toArray: read,
      async *[Symbol.asyncIterator]() {
        yield* await read();
      },
    };
  }

  /** Waits while a request or an answer is on its way. */
  #travel(process: SimulatedProcess): Promise<void> {
    const isSlow = this.#random() < this.faults.slowness;
    return sleep(process, isSlow ? this.#random() * 1_500 : 0.3 + this.#random() * 2);
  }
}

/** Resolves after a delay in a process; never if the process is killed. */
export function sleep(process: SimulatedProcess, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void process.environment.schedule(milliseconds, resolve));
}
