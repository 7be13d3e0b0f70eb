import type { BusEvent } from "../events/published_event.ts";
import { isPromise } from "../lifecycle/operation.ts";

/**
 * Receives a handler's error and its event; or, without an event, the reason why an event of another process is not
 * delivered.
 */
export type OnError = (error: unknown, event: BusEvent | undefined) => void;

/** One subscription: its filter and its receiver. */
export class Subscriber {
  #wants: ((event: BusEvent) => boolean) | undefined;
  /** Absent after `stop`, so that a list that still contains this subscription does not keep the receiver in memory. */
  #receive: ((event: BusEvent) => unknown) | undefined;
  readonly #onError: OnError;

  constructor(
    wants: ((event: BusEvent) => boolean) | undefined,
    receive: (event: BusEvent) => unknown,
    onError: OnError,
  ) {
    this.#wants = wants;
    this.#receive = receive;
    this.#onError = onError;
  }

  /** Delivers an event if the filter accepts it. Throws the error of the handler: see {@link dispatchAll}. */
  give(event: BusEvent): void {
    const receive = this.#receive;
    if (receive === undefined || (this.#wants !== undefined && !this.#wants(event))) return;
    const result = receive(event);
    if (isPromise(result)) this.#hear(result, event);
  }

  /** Reports an error that the handler threw or rejected with. */
  fail(error: unknown, event: BusEvent): void {
    this.#onError(error, event);
  }

  /** Stops all deliveries, including those of the current event. Returns whether the subscription was active. */
  stop(): boolean {
    const wasActive = this.#receive !== undefined;
    this.#receive = undefined;
    this.#wants = undefined;
    return wasActive;
  }

  /** The bus does not await the promise, but reports its rejection. */
  #hear(result: PromiseLike<unknown>, event: BusEvent): void {
    Promise.resolve(result).then(undefined, (error) => this.fail(error, event));
  }
}

/**
 * Delivers an event to subscribers in turn. One `try` surrounds all of them, because entering one for each would cost
 * as much as a call. After an error the loop continues with the next subscriber.
 */
export function dispatchAll(subscribers: readonly Subscriber[], event: BusEvent): void {
  let i = 0;
  while (i < subscribers.length) {
    try {
      for (; i < subscribers.length; i++) subscribers[i]!.give(event);
    } catch (error) {
      subscribers[i++]!.fail(error, event);
    }
  }
}
