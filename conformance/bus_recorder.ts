import type { Backend } from "../src/backend/backend.ts";
import type { BusSubscribeOptions } from "../src/bus/event_bus.ts";
import type { BusEvent } from "../src/events/published_event.ts";
import { appendOne } from "./fixtures.ts";
import type { CaseContext } from "./case_context.ts";

/** The actor of probes: events that only show whether delivery works. */
const PROBE = "probe";

/** Milliseconds between two probes. */
const PAUSE = 5;

/** Records the events that a bus delivers, without probes. */
export class BusRecorder {
  /** The delivered events. */
  readonly events: BusEvent[] = [];
  readonly #scene: CaseContext;
  readonly #name: string;
  /** Whether a published probe and a stored probe were delivered. */
  #probes: { published: boolean; stored: boolean } = { published: false, stored: false };
  #wake: () => void = () => {};

  /** @param name Its name in failures, such as `the other backend`. */
  constructor(scene: CaseContext, name: string) {
    this.#scene = scene;
    this.#name = name;
  }

  /** Subscribes in a namespace, to everything. */
  in(backend: Backend, namespace: string, options: BusSubscribeOptions = {}): Disposable {
    return backend.bus.within(namespace).subscribe(this.handler, options);
  }

  /** To be subscribed. */
  readonly handler = (event: BusEvent): void => {
    if (event.actorId !== PROBE) this.events.push(event);
    else if (event.version === undefined) this.#probes.published = true;
    else this.#probes.stored = true;
    this.#wake();
  };

  /**
   * Waits until events that a backend publishes and stores in a namespace are delivered here. A subscription may take
   * time to reach it.
   */
  async reachedBy(sender: Backend, namespace: string): Promise<void> {
    this.#probes = { published: false, stored: false };
    const store = sender.store(namespace);
    while (!(this.#probes.published && this.#probes.stored)) {
      sender.bus.within(namespace).publish(PROBE, { type: "Probe", data: {} });
      await appendOne(store, PROBE, {}, "Probe");
      await this.#scene.wait(new Promise((resolve) => setTimeout(resolve, PAUSE)), `a probe to reach ${this.#name}`);
    }
  }

  /** Waits until `count` events were delivered. Returns all delivered events, which may be more. */
  async until(count: number): Promise<readonly BusEvent[]> {
    while (this.events.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await this.#scene.wait(promise, `event ${this.events.length + 1} of ${count} that ${this.#name} is to hear`);
    }
    return this.events;
  }
}
