import type { Backend } from "../src/backend/backend.ts";
import type { BusSubscribeOptions } from "../src/bus/event_bus.ts";
import type { BusEvent } from "../src/events/published_event.ts";
import { appendOne } from "./fixtures.ts";
import type { CaseContext } from "./case_context.ts";

/** The actor of probes: events that only show whether delivery works. */
const PROBE = "probe";

/** Milliseconds between two probes. */
const PAUSE_MS = 5;

/** Records the events that a bus delivers, without probes. */
export class BusRecorder {
  /** The delivered events. */
  readonly events: BusEvent[] = [];
  readonly #context: CaseContext;
  readonly #name: string;
  /** Whether a published probe and a stored probe were delivered. */
  #probes: { published: boolean; stored: boolean } = { published: false, stored: false };
  #wake: () => void = () => {};

  /** @param name The name of the recorder in failures, such as `the other backend`. */
  constructor(context: CaseContext, name: string) {
    this.#context = context;
    this.#name = name;
  }

  /** Subscribes to a namespace. */
  subscribe(backend: Backend, namespace: string, options: BusSubscribeOptions = {}): Disposable {
    return backend.bus.within(namespace).subscribe(this.handler, options);
  }

  /** The handler that records. */
  readonly handler = (event: BusEvent): void => {
    if (event.actorId !== PROBE) this.events.push(event);
    else if (event.version === undefined) this.#probes.published = true;
    else this.#probes.stored = true;
    this.#wake();
  };

  /**
   * Waits until this recorder receives events that a backend publishes and stores in a namespace. A subscription may
   * take effect with a delay.
   */
  async reachedBy(sender: Backend, namespace: string): Promise<void> {
    this.#probes = { published: false, stored: false };
    const store = sender.store(namespace);
    while (!(this.#probes.published && this.#probes.stored)) {
      sender.bus.within(namespace).publish(PROBE, { type: "Probe", data: {} });
      await appendOne(store, PROBE, {}, "Probe");
      await this.#context.wait(
        new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
        `a probe to reach ${this.#name}`,
      );
    }
  }

  /** Waits until `count` events were delivered. Returns all delivered events, which may be more. */
  async until(count: number): Promise<readonly BusEvent[]> {
    while (this.events.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await this.#context.wait(promise, `event ${this.events.length + 1} of ${count} that ${this.#name} is to receive`);
    }
    return this.events;
  }
}
