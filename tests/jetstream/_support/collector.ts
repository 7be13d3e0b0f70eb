import type { RecordedEvent, Subscription } from "@flowmade-one/aether";

/** Takes the events of a subscription as they come, and keeps their data, which are numbers. */
export class Collector {
  readonly data: number[] = [];
  /** Resolves to the error that the subscription ends with; `undefined` if it is closed. */
  readonly failure: Promise<unknown>;
  readonly #subscription: Subscription<RecordedEvent>;
  #more: PromiseWithResolvers<void> = Promise.withResolvers();
  #isOver = false;

  constructor(subscription: Subscription<RecordedEvent>) {
    this.#subscription = subscription;
    this.failure = this.#take().then(() => undefined, (error) => error).finally(() => {
      this.#isOver = true;
      this.#more.resolve();
    });
  }

  get caughtUp(): Promise<void> {
    return this.#subscription.caughtUp;
  }

  /** Waits until this number of events were taken, or the subscription has ended. Returns all taken ones. */
  async until(count: number): Promise<readonly number[]> {
    while (this.data.length < count && !this.#isOver) {
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
