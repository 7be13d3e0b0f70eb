import type { RecordedEvent } from "../src/events/recorded_event.ts";
import type { Subscription } from "../src/store/event_store.ts";
import { ConformanceFailure } from "./conformance_failure.ts";
import { coordinatesOf } from "./fixtures.ts";
import type { CaseContext } from "./case_context.ts";
import { formatValue } from "../src/base/format_value.ts";

/** Consumes a subscription and records its events. */
export class SubscriptionRecorder {
  /** The events that were consumed. */
  readonly events: RecordedEvent[] = [];
  /** Resolves when the iteration has ended: to `undefined`, or to the error with which it failed. */
  readonly ended: Promise<unknown>;
  readonly #context: CaseContext;
  readonly #name: string;
  #outcome: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  /** @param name The name of the subscription in failures, such as `the subscription to "order.*"`. */
  constructor(context: CaseContext, subscription: Subscription<RecordedEvent>, name: string = "the subscription") {
    this.#context = context;
    this.#name = name;
    this.ended = this.#consume(subscription);
  }

  /**
   * Waits until `count` events were consumed; fails if the subscription ends earlier. Returns all consumed events,
   * which may be more.
   */
  async until(count: number): Promise<readonly RecordedEvent[]> {
    while (this.events.length < count) {
      if (this.#outcome !== undefined) throw this.#endedEarly(count, this.#outcome.error);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await this.#context.wait(promise, `event ${this.events.length + 1} of ${count} of ${this.#name}`);
    }
    return this.events;
  }

  /** Waits until the iteration has ended. */
  async end(): Promise<unknown> {
    return await this.#context.wait(this.ended, `the end of ${this.#name}`);
  }

  async #consume(subscription: Subscription<RecordedEvent>): Promise<unknown> {
    let error: unknown;
    try {
      for await (const event of subscription) {
        this.events.push(event);
        this.#wake();
      }
    } catch (caught) {
      error = caught;
    }
    this.#outcome = { error };
    this.#wake();
    return error;
  }

  #endedEarly(count: number, error: unknown): ConformanceFailure {
    const how = error === undefined ? "ended" : `failed with ${formatValue(error)}`;
    return new ConformanceFailure(
      `${this.#name} ${how} after ${this.events.length} of ${count} events: ${formatValue(coordinatesOf(this.events))}`,
    );
  }
}
