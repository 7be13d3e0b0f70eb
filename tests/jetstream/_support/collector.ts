import type { RecordedEvent, Subscription } from "@flowmade-one/aether";

/** Reads a subscription continuously, and keeps the data of its events, which are numbers. */
export class Collector {
  readonly data: number[] = [];
  /** Resolves when the subscription ends: to its error, or to `undefined` if it was closed. */
  readonly failure: Promise<unknown>;
  readonly #subscription: Subscription<RecordedEvent>;
  #more: PromiseWithResolvers<void> = Promise.withResolvers();
  #hasEnded = false;

  constructor(subscription: Subscription<RecordedEvent>) {
    this.#subscription = subscription;
    this.failure = this.#take().then(() => undefined, (error) => error).finally(() => {
      this.#hasEnded = true;
      this.#more.resolve();
    });
  }

  get caughtUp(): Promise<void> {
    return this.#subscription.caughtUp;
  }

  /** Waits for a total number of events, or for the end of the subscription. Returns the data of all events. */
  async until(count: number): Promise<readonly number[]> {
    while (this.data.length < count && !this.#hasEnded) {
      await this.#more.promise;
      this.#more = Promise.withResolvers();
    }
    return this.data;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }

  async #take(): Promise<void> {
    for await (const { data } of this.#subscription) {
      this.data.push(data as number);
      this.#more.resolve();
    }
  }
}
