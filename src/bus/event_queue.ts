import { requireChoice } from "../checks/check_choice.ts";
import { requireWholeNumber } from "../checks/check_whole_number.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { QueueOverflowError } from "../errors/queue_overflow_error.ts";
import type { BusEvent } from "../events/published_event.ts";
import type { MeasurementName } from "../observer/observer.ts";
import type { ObserverGuard } from "../observer/observer_guard.ts";
import type { QueuedEvents, QueueOptions } from "./event_bus.ts";

/** Minimum number of delivered entries at the front of the array before they are removed from it. */
const MIN_REMOVED = 1_024;

/** A call of `next` that has no event yet. */
type Waiter = PromiseWithResolvers<IteratorResult<BusEvent, void>>;

/**
 * A bounded queue between a bus and one consumer. A waiting consumer receives an event at once. Otherwise the event
 * waits in the queue. When the queue is full, the overflow policy decides.
 */
export class EventQueue {
  readonly #capacity: number;
  readonly #overflow: QueueOptions["overflow"];
  #events: (BusEvent | undefined)[] = [];
  /** The index of the first waiting event. */
  #first = 0;
  /** The calls of `next` that wait for an event. Empty while an event waits. */
  readonly #waiters: Waiter[] = [];
  #dropped = 0;
  #isIterated = false;
  #hasEnded = false;
  #failure: unknown;
  #onEnd: () => void = () => {};
  /** Receives the measurements of the queue; absent if the backend has no observer, or the queue has ended. */
  #observer: ObserverGuard | undefined;

  /** @throws {InvalidArgumentError} If `capacity` or `overflow` is missing or invalid. */
  constructor({ capacity, overflow }: Pick<QueueOptions, "capacity" | "overflow">, observer?: ObserverGuard) {
    requireWholeNumber(capacity, "capacity", 1, undefined, "events");
    requireChoice(overflow, "overflow", ["drop-oldest", "drop-newest", "fail"]);
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#observer = observer;
  }

  /** The queue as its consumer gets it: a frozen object, through which code cannot reach this class. */
  facade(): QueuedEvents<BusEvent> {
    const queue = this as EventQueue;
    return Object.freeze({
      get dropped() {
        return queue.#dropped;
      },
      close: () => queue.close(),
      [Symbol.dispose]: () => queue.close(),
      [Symbol.asyncIterator]: () => queue.#iterator(),
    });
  }

  /** Sets the function that is called once, when the queue accepts no more events. */
  onEnd(onEnd: () => void): void {
    this.#onEnd = onEnd;
  }

  /** Passes an event to a waiting consumer, or adds it to the queue as the overflow policy allows. */
  put(event: BusEvent): void {
    if (this.#hasEnded) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve({ done: false, value: event });
    else if (this.#events.length - this.#first < this.#capacity || this.#makeRoom(event)) {
      this.#events.push(event);
      if (this.#observer !== undefined) this.#measure("queue.depth", 1, event);
    }
  }

  /** Ends the queue with an error, which the consumer receives after the waiting events. */
  fail(failure: unknown): void {
    if (!this.#hasEnded) this.#failure = failure;
    this.close();
  }

  /** Accepts no more events. The waiting events can still be read. */
  close(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#endMeasuring();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(this.#end());
    this.#onEnd();
  }

  #iterator(): AsyncIterableIterator<BusEvent, void, void> {
    if (this.#isIterated) {
      throw new InvalidArgumentError(
        "Cannot iterate a queue of events again: it is for one iteration. Create another queue",
        {
          argument: "queue",
        },
      );
    }
    this.#isIterated = true;
    const iterator: AsyncIterableIterator<BusEvent, void, void> = {
      next: () => this.#next(),
      return: () => {
        this.close();
        this.#events = [];
        this.#first = 0;
        this.#failure = undefined;
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return Object.freeze(iterator);
  }

  #next(): Promise<IteratorResult<BusEvent, void>> {
    if (this.#first < this.#events.length) return Promise.resolve({ done: false, value: this.#shift() });
    if (this.#hasEnded) return this.#end();
    const waiter: Waiter = Promise.withResolvers();
    this.#waiters.push(waiter);
    return waiter.promise;
  }

  /**
   * The result of `next` after the end of the queue. If the queue has failed, the first call rejects with the error.
   */
  #end(): Promise<IteratorResult<BusEvent, void>> {
    const failure = this.#failure;
    if (failure === undefined) return Promise.resolve({ done: true, value: undefined });
    this.#failure = undefined;
    return Promise.reject(failure);
  }

  #measure(name: MeasurementName, value: number, { namespace }: BusEvent): void {
    this.#observer?.measure({ name, value, namespace });
  }

  /**
   * Subtracts the waiting events from the measured depth. A consumer may never read the events of a queue that has
   * ended.
   */
  #endMeasuring(): void {
    if (this.#observer === undefined) return;
    for (let i = this.#first; i < this.#events.length; i++) this.#measure("queue.depth", -1, this.#events[i]!);
    this.#observer = undefined;
  }

  /** Applies the overflow policy of a full queue. Returns whether the event may be added. */
  #makeRoom(event: BusEvent): boolean {
    if (this.#overflow === "fail") {
      this.fail(new QueueOverflowError(this.#capacity));
      return false;
    }
    this.#dropped++;
    const isNewest = this.#overflow === "drop-newest";
    if (this.#observer !== undefined) this.#measure("queue.dropped", 1, isNewest ? event : this.#events[this.#first]!);
    if (isNewest) return false;
    this.#shift();
    return true;
  }

  #shift(): BusEvent {
    const event = this.#events[this.#first]!;
    if (this.#observer !== undefined) this.#measure("queue.depth", -1, event);
    this.#events[this.#first++] = undefined; // The queue does not keep a delivered event alive.
    // Removing the delivered entries copies the waiting events. This happens only if at least half of the entries are
    // delivered: on average, at most one event is copied per delivery.
    if (this.#first >= MIN_REMOVED && this.#first >= this.#events.length / 2) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    return event;
  }
}
