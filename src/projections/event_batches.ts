import type { EventTypes } from "../events/event_types.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { EventFilter } from "../store/event_filter.ts";
import type { Subscription } from "../store/event_store.ts";

/** Events that the model applies together. */
export interface Batch<V> {
  /** The wanted events, oldest first. */
  readonly events: readonly V[];
  /** The last event that was received, wanted or not; `undefined` if no event was received since the last batch. */
  readonly last: V | undefined;
  /** Whether every event that was stored when the subscription started is in this batch or an earlier one. */
  readonly isCaughtUp: boolean;
}

/** The settings of batches. */
export interface BatchSettings {
  readonly isWanted: EventFilter;
  /** Converts wanted events to their current shape. `undefined` if the event map was not made from schemas. */
  readonly eventTypes: EventTypes | undefined;
  /** The maximum number of events of a batch. */
  readonly batch: number;
}

/** Milliseconds between two pauses in which the pump lets timers run, even if events are always ready. */
const TURN_MS = 20;

/**
 * Collects the events of a subscription into batches. A pump reads events from the subscription while the model applies
 * the previous batch. It reads at most one batch ahead.
 */
export class EventBatches<V extends RecordedEvent> {
  readonly #subscription: Subscription<V>;
  readonly #settings: BatchSettings;
  readonly #pumped: Promise<void>;
  #events: V[] = [];
  #last: V | undefined;
  #isCaughtUp = false;
  #ended = false;
  #failure: unknown;
  /** Resolved and replaced when the first event of a batch arrives, and when the subscription is caught up or ended. */
  #arrival: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Resolved and replaced when the batch is full. */
  #full: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Resolved and replaced when a batch was taken. */
  #taken: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(subscription: Subscription<V>, settings: BatchSettings) {
    this.#subscription = subscription;
    this.#settings = settings;
    subscription.caughtUp.then(() => {
      this.#isCaughtUp = true;
      this.#arrived();
    }, () => {});
    this.#pumped = this.#pump();
  }

  /**
   * Takes the next batch. Waits for an event, and then until the batch is full or no other event is ready.
   *
   * @param maxWait Maximum milliseconds to wait for an event; then the batch is empty. `undefined`: no maximum.
   * @param wasCaughtUp The `isCaughtUp` of the last batch. The wait also ends when the subscription is caught
   * up; the batch is then empty.
   * @returns `undefined` at the end of the subscription.
   * @throws The failure of the subscription, after the last batch.
   */
  async take(maxWait: number | undefined, wasCaughtUp: boolean): Promise<Batch<V> | undefined> {
    const isReady = () => this.#ended || this.#last !== undefined || this.#isCaughtUp !== wasCaughtUp;
    if (!isReady()) await waitUntil(() => this.#arrival.promise, isReady, maxWait);
    const { batch: size } = this.#settings;
    if (!this.#ended && this.#events.length < size) {
      await waitUntil(() => this.#full.promise, () => this.#ended || this.#events.length >= size, 0);
    }
    if (this.#ended && this.#last === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      return undefined;
    }
    const batch = { events: this.#events, last: this.#last, isCaughtUp: this.#isCaughtUp };
    this.#events = [];
    this.#last = undefined;
    this.#taken.resolve();
    this.#taken = Promise.withResolvers();
    return batch;
  }

  /** Ends the subscription. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#taken.resolve();
    this.#arrived();
    await this.#subscription.close();
    await this.#pumped;
  }

  async #pump(): Promise<void> {
    const { isWanted, eventTypes, batch: size } = this.#settings;
    let yieldedAt = performance.now();
    try {
      for await (const event of this.#subscription) {
        if (this.#ended) return;
        if (isWanted(event)) this.#events.push(eventTypes === undefined ? event : eventTypes.read(event, "stop"));
        const isFirst = this.#last === undefined;
        this.#last = event;
        if (isFirst) this.#arrived();
        while (this.#events.length >= size && !this.#ended) {
          this.#full.resolve();
          this.#full = Promise.withResolvers();
          await this.#taken.promise;
        }
        if (performance.now() - yieldedAt < TURN_MS) continue;
        await new Promise((resolve) => setTimeout(resolve));
        yieldedAt = performance.now();
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#ended = true;
      this.#arrived();
    }
  }

  #arrived(): void {
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
    if (this.#ended) this.#full.resolve();
  }
}

/** Waits until a condition is true, at most `maxWait` milliseconds. The condition is checked after each change. */
async function waitUntil(
  change: () => Promise<void>,
  condition: () => boolean,
  maxWait: number | undefined,
): Promise<void> {
  let isTimedOut = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = maxWait === undefined ? undefined : new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      isTimedOut = true;
      resolve();
    }, maxWait);
  });
  while (!condition() && !isTimedOut) await (timeout === undefined ? change() : Promise.race([change(), timeout]));
  clearTimeout(timer);
}
