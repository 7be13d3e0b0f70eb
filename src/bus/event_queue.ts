import { checkChoice } from "../check/check_choice.ts";
import { checkWholeNumber } from "../check/check_whole_number.ts";
import { InvalidArgumentError } from "../error/invalid_argument_error.ts";
import { QueueOverflowError } from "../error/queue_overflow_error.ts";
import type { BusEvent } from "../event/published_event.ts";
import type { QueuedEvents, QueueOptions } from "./event_bus.ts";

/** So many places at the front may be dead before the array is cut. */
const MAX_DEAD = 1_024;

/** Events that wait for a consumer; how many may wait, and what happens then, is the consumer's choice. */
export class EventQueue {
  readonly #capacity: number;
  readonly #overflow: QueueOptions["overflow"];
  #events: (BusEvent | undefined)[] = [];
  /** Where in the array the first event waits. */
  #first = 0;
  #dropped = 0;
  #used = false;
  #ended = false;
  /** Whether the consumer waits for an event. */
  #isAwaited = false;
  #failure: unknown;
  #onEnd: () => void = () => {};
  #wake: () => void = () => {};

  /** @throws {InvalidArgumentError} `capacity` or `overflow` is not what it must be. */
  constructor({ capacity, overflow }: Pick<QueueOptions, "capacity" | "overflow">) {
    checkWholeNumber(capacity ?? null, "capacity", 1);
    checkChoice(overflow ?? null, "overflow", ["drop-oldest", "drop-newest", "fail"]);
    this.#capacity = capacity;
    this.#overflow = overflow;
  }

  /** What the consumer gets: a frozen object with no way back to this class. */
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

  /** Is called once, when nothing more is taken in. */
  onEnd(onEnd: () => void): void {
    this.#onEnd = onEnd;
  }

  /** Takes an event in, if there is room, or as the overflow policy says. */
  put(event: BusEvent): void {
    if (this.#ended) return;
    const room = this.#capacity + (this.#isAwaited ? 1 : 0);
    if (this.#events.length - this.#first >= room && !this.#makeRoom()) return;
    this.#events.push(event);
    this.#wake();
  }

  /** Ends with a failure, which the consumer meets after what waits. */
  fail(failure: unknown): void {
    if (!this.#ended) this.#failure = failure;
    this.close();
  }

  /** Takes nothing in from now on; what waits is still given. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake();
    this.#onEnd();
  }

  #iterator(): AsyncIterableIterator<BusEvent, void, void> {
    const events = this.#take();
    const iterator: AsyncIterableIterator<BusEvent, void, void> = {
      next: () => events.next(),
      // A generator would wait for the event that it was asked for last, which may never come.
      return: async () => {
        this.close();
        this.#events = [];
        this.#first = 0;
        return await events.return();
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return Object.freeze(iterator);
  }

  async *#take(): AsyncGenerator<BusEvent, void, void> {
    if (this.#used) {
      throw new InvalidArgumentError("Cannot iterate a queue of events again: it is for one use. Make another", {
        argument: "queue",
      });
    }
    this.#used = true;
    while (true) {
      while (this.#first < this.#events.length) yield this.#shift();
      if (this.#ended) break;
      this.#isAwaited = true;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#isAwaited = false;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Whether there is room after the policy was followed. */
  #makeRoom(): boolean {
    if (this.#overflow === "fail") {
      this.fail(new QueueOverflowError(this.#capacity));
      return false;
    }
    this.#dropped++;
    if (this.#overflow === "drop-newest") return false;
    this.#shift();
    return true;
  }

  #shift(): BusEvent {
    const event = this.#events[this.#first]!;
    this.#events[this.#first++] = undefined; // What was taken is not to be kept alive.
    // Cutting costs as much as what stays: done when as much again is dead, it costs one step an event.
    if (this.#first >= MAX_DEAD && this.#first >= this.#events.length / 2) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    return event;
  }
}
