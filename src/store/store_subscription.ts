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
  readonly operation: Operation;
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
 * A subscription to a log. It has two loops with a buffer of one page between them. The pump reads a page from the
 * driver, and waits until the buffer is empty. The reader takes the events of the buffered page one by one. At most two
 * pages are in memory: one in the buffer and one in the pump.
 */
export class StoreSubscription implements Subscription<RecordedEvent> {
  readonly caughtUp: Promise<void>;
  readonly #following: Following;
  readonly #stop: AbortController = new AbortController();
  readonly #pumped: Promise<void>;
  #followed: FollowedLog | undefined;
  #isLive = false;
  /** The buffered page. */
  #page: Page = [];
  /** The number of events of the buffered page that the reader has taken. */
  #taken = 0;
  /** The number of events that the reader has received. */
  #delivered = 0;
  /** Whether the reader is still handling the last event: it has not requested the next one. */
  #isHandling = false;
  #ended = false;
  #failure: unknown;
  #used = false;
  /** Resolved and replaced by {@link #notify} when a field above changes. */
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
    const { operation } = this.#following;
    if (this.#used) {
      throw new InvalidArgumentError(
        `Cannot ${operation} again: a subscription can be iterated once. Call subscribe again`,
        {
          argument: "subscription",
        },
      );
    }
    this.#used = true;
    const events = this.#events();
    return {
      next: () => events.next(),
      // Closes first: the generator's own `return` waits for a requested event, which may never arrive.
      return: async () => {
        await this.close();
        return await events.return();
      },
    };
  }

  async *#events(): AsyncGenerator<RecordedEvent, void, void> {
    while (true) {
      await this.#waitUntil(() => this.#ended || !this.#isBufferEmpty());
      if (this.#stop.signal.aborted || this.#isBufferEmpty()) break;
      const event = this.#take();
      if (event === undefined) break;
      this.#isHandling = true;
      this.#delivered++;
      this.#following.observer?.measure("delivered", 1);
      yield event;
      this.#isHandling = false;
      if (this.#isBufferEmpty()) this.#notify();
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

  // An own property, because the shared prototype is frozen: a wrapper can then replace the method.
  readonly close = (): Promise<void> => {
    this.#stop.abort();
    this.#notify();
    return this.#pumped;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Runs the pump until the subscription ends, and then releases all its resources. */
  async #run(caughtUp: PromiseWithResolvers<void>): Promise<void> {
    const { operation, observer, open } = this.#following;
    const { signal, lifetime } = operation;
    open?.add(this);
    observer?.measure("subscriptions", 1);
    const observation = observer?.start({ name: "subscribe" });
    const unregister = lifetime.register(() => this.close());
    const stopListening = onAbort(signal, () => {
      this.#failure ??= operation.aborted();
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
      unregister();
      open?.delete(this);
      observer?.measure("subscriptions", -1);
      if (observation !== undefined) {
        const failure = this.#failure === undefined ? { failed: false } : { failed: true, error: this.#failure };
        observation.end({ ...failure, events: this.#delivered });
      }
      caughtUp.reject(this.#failure ?? operation.closed());
      this.#ended = true;
      this.#notify();
    }
  }

  async #pump(caughtUp: () => void): Promise<void> {
    const { log, range, select } = this.#following;
    const { signal } = this.#stop;
    this.#followed = log.follow(range, signal);
    for await (const item of this.#followed) {
      const page = item === "caughtUp" ? [] : select(item);
      if (item !== "caughtUp" && page.length === 0) continue;
      await this.#waitUntil(() => signal.aborted || this.#isConsumed());
      if (signal.aborted) return;
      if (item === "caughtUp") caughtUp();
      this.#buffer(page);
    }
    if (signal.aborted) return;
    throw new UnavailableError(
      `Cannot ${this.#following.operation} any further: the storage ended the subscription. Subscribe again after ` +
        `the last position`,
    );
  }

  #buffer(page: Page): void {
    this.#page = page;
    this.#taken = 0;
    this.#notify();
  }

  #isConsumed(): boolean {
    return this.#isBufferEmpty() && !this.#isHandling;
  }

  #isBufferEmpty(): boolean {
    return this.#taken === this.#page.length;
  }

  #notify(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  async #waitUntil(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#change.promise;
  }
}

freezeClass(StoreSubscription);
