import type { FollowedLog, FollowRange, Log, Page } from "../driver/log.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { UnavailableError } from "../errors/unavailable_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { freezeClass } from "../base/freeze_class.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { Operation } from "../lifecycle/operation.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Subscription, SubscriptionState } from "./event_store.ts";

/** The arguments of a subscription. */
export interface Following {
  /** The operation. It names the subscription in errors, and can end it. */
  readonly attempt: Operation;
  /** The log to follow. */
  readonly log: Log;
  /** The start, and the wanted actors. */
  readonly range: FollowRange;
  /** Returns the wanted events of a page. */
  readonly select: (page: Page) => Page;
  /** Returns the current shape of an event; `undefined` if events are returned as they are stored. */
  readonly current: ((event: RecordedEvent) => RecordedEvent) | undefined;
  /** The subscriptions of the backend that have not ended. */
  readonly open?: Set<Pick<Subscription<unknown>, "state">>;
  /** Absent if the backend has no observer. */
  readonly observer?: NamespaceObserver | undefined;
}

/**
 * Two loops with a one-page buffer between them. The pump reads a page from the driver and waits until the buffer is
 * empty. The consumer takes the events of the buffered page one by one. At most two pages are in memory, one in the
 * buffer and one in the pump, at any speed of the consumer and the log.
 */
export class StoreSubscription implements Subscription<RecordedEvent> {
  readonly caughtUp: Promise<void>;
  readonly #following: Following;
  readonly #stop: AbortController = new AbortController();
  readonly #pumped: Promise<void>;
  #followed: FollowedLog | undefined;
  #isLive = false;
  /** The buffered page, and the number of its events that were taken. */
  #page: Page = [];
  #taken = 0;
  /** The number of events that the reader has received. */
  #delivered = 0;
  /** Whether the consumer still handles the last event. */
  #isHandling = false;
  #ended = false;
  #failure: unknown;
  #used = false;
  /** Resolved and replaced whenever the state above changes. */
  #change: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(following: Following) {
    this.#following = following;
    const caughtUp = Promise.withResolvers<void>();
    this.caughtUp = caughtUp.promise;
    // A caller that does not await the promise need not handle its rejection: the iteration throws the same error.
    this.caughtUp.catch(() => {});
    this.#pumped = this.#run(caughtUp);
  }

  get state(): SubscriptionState {
    if (this.#ended || this.#stop.signal.aborted) return "ended";
    if (this.#followed?.isReconnecting) return "reconnecting";
    return this.#isLive ? "live" : "catching-up";
  }

  [Symbol.asyncIterator](): AsyncIterator<RecordedEvent, void, void> {
    const { attempt } = this.#following;
    if (this.#used) {
      throw new InvalidArgumentError(
        `Cannot ${attempt} with a subscription that was used: it is for one use. Call subscribe again`,
        {
          argument: "subscription",
        },
      );
    }
    this.#used = true;
    const events = this.#events();
    return {
      next: () => events.next(),
      // The generator's own `return` would first wait for the requested event, which may never arrive.
      return: async () => {
        await this.close();
        return await events.return();
      },
    };
  }

  async *#events(): AsyncGenerator<RecordedEvent, void, void> {
    while (true) {
      await this.#until(() => this.#ended || !this.#isBufferEmpty());
      if (this.#stop.signal.aborted || this.#isBufferEmpty()) break;
      const event = this.#take();
      if (event === undefined) break;
      this.#isHandling = true;
      this.#delivered++;
      this.#following.observer?.measure("delivered", 1);
      yield event;
      this.#isHandling = false;
      if (this.#isBufferEmpty()) this.#changed();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The next event in its current shape; `undefined` if the conversion fails, which ends the subscription. */
  #take(): RecordedEvent | undefined {
    const { current } = this.#following;
    const event = this.#page[this.#taken++]!;
    if (current === undefined) return event;
    try {
      return current(event);
    } catch (error) {
      this.#failure ??= error;
      void this.close();
      return undefined;
    }
  }

  // An own property, so that a wrapper can replace the method, as in a store.
  readonly close = (): Promise<void> => {
    this.#stop.abort();
    this.#changed();
    return this.#pumped;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Runs the pump. It releases everything that it acquires. */
  async #run(caughtUp: PromiseWithResolvers<void>): Promise<void> {
    const { attempt, observer, open } = this.#following;
    const { signal, lifetime } = attempt;
    open?.add(this);
    observer?.measure("subscriptions", 1);
    const observation = observer?.start({ name: "subscribe" });
    const ended = lifetime.start(() => this.close());
    const stopListening = onAbort(signal, () => {
      this.#failure ??= attempt.aborted();
      void this.close();
    });
    try {
      await this.#pump(() => {
        this.#isLive = true;
        caughtUp.resolve();
      });
    } catch (error) {
      this.#failure ??= error;
    } finally {
      stopListening();
      ended();
      open?.delete(this);
      observer?.measure("subscriptions", -1);
      if (observation !== undefined) {
        const failure = this.#failure === undefined ? { failed: false } : { failed: true, error: this.#failure };
        observation.end({ ...failure, events: this.#delivered });
      }
      caughtUp.reject(this.#failure ?? attempt.closed());
      this.#ended = true;
      this.#changed();
    }
  }

  async #pump(caughtUp: () => void): Promise<void> {
    const { log, range, select } = this.#following;
    const { signal } = this.#stop;
    this.#followed = log.follow(range, signal);
    for await (const item of this.#followed) {
      const page = item === "caughtUp" ? [] : select(item);
      if (item !== "caughtUp" && page.length === 0) continue;
      await this.#until(() => signal.aborted || this.#isConsumed());
      if (signal.aborted) return;
      if (item === "caughtUp") caughtUp();
      this.#put(page);
    }
    if (signal.aborted) return;
    throw new UnavailableError(
      `Cannot ${this.#following.attempt} any further: the storage ended it. Subscribe again, after the last position`,
    );
  }

  #put(page: Page): void {
    this.#page = page;
    this.#taken = 0;
    this.#changed();
  }

  #isConsumed(): boolean {
    return this.#isBufferEmpty() && !this.#isHandling;
  }

  #isBufferEmpty(): boolean {
    return this.#taken === this.#page.length;
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  async #until(state: () => boolean): Promise<void> {
    while (!state()) await this.#change.promise;
  }
}

freezeClass(StoreSubscription);
