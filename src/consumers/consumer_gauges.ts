import type { Environment } from "../coordination/environment.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { ConsumerControl } from "./consumer.ts";

/** Milliseconds between two measurements. Each measurement reads the consumer's records and at most 10,000 events. */
const INTERVAL_MS = 10_000;

/**
 * Reports the lag, the waiting time, the idle time and the parked actors of an open consumer to the backend's observer.
 */
export class ConsumerGauges implements Disposable {
  readonly #consumer: Pick<ConsumerControl, "name" | "status">;
  readonly #observer: NamespaceObserver;
  readonly #environment: Environment;
  #cancel: () => void = () => {};
  #isOver = false;

  constructor(
    consumer: Pick<ConsumerControl, "name" | "status">,
    observer: NamespaceObserver,
    environment: Environment,
  ) {
    this.#consumer = consumer;
    this.#observer = observer;
    this.#environment = environment;
    void this.#measure();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancel();
    this.#report({ lag: 0, waiting: 0, idle: 0, parked: 0 });
  }

  async #measure(): Promise<void> {
    try {
      const { lanes } = await this.#consumer.status();
      if (!this.#isOver) {
        this.#report({
          lag: sum(lanes.map(({ lag }) => lag.events)),
          waiting: Math.max(...lanes.map(({ lag }) => lag.events > 0 ? lag.milliseconds / 1_000 : 0)),
          idle: Math.max(...lanes.map(({ idle }) => idle / 1_000)),
          parked: sum(lanes.map(({ parked }) => parked)),
        });
      }
    } catch {
      // The storage did not answer, which other operations and `health()` report. The next measurement may succeed.
    }
    if (!this.#isOver) this.#cancel = this.#environment.schedule(INTERVAL_MS, () => void this.#measure());
  }

  #report(values: Readonly<Record<"lag" | "waiting" | "idle" | "parked", number>>): void {
    const { name } = this.#consumer;
    this.#observer.measure("consumer.lag", values.lag, name);
    this.#observer.measure("consumer.waiting", values.waiting, name);
    this.#observer.measure("consumer.idle", values.idle, name);
    this.#observer.measure("consumer.parked", values.parked, name);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
