import type { BusEvent } from "../events/published_event.ts";
import { isPromise } from "../lifecycle/operation.ts";

/** Receives an error of background work. `event` is the event whose handler failed; `undefined` for any other error. */
export type OnError = (error: unknown, event: BusEvent | undefined) => void;

/** One subscription: the filter of its events, and the function that receives them. */
export class Subscriber {
  #filter: ((event: BusEvent) => boolean) | undefined;
  /** Absent after `stop`, so that a list that still contains this subscription does not keep the receiver in memory. */
  #receive: ((event: BusEvent) => unknown) | undefined;
  readonly #onError: OnError;

  constructor(
    filter: ((event: BusEvent) => boolean) | undefined,
    receive: (event: BusEvent) => unknown,
    onError: OnError,
  ) {
    this.#filter = filter;
    this.#receive = receive;
    this.#onError = onError;
  }

  /** Delivers an event if the filter accepts it. Throws the error of the handler: see {@link dispatchAll}. */
  deliver(event: BusEvent): void {
    const receive = this.#receive;
    if (receive === undefined || (this.#filter !== undefined && !this.#filter(event))) return;
    const result = receive(event);
    if (isPromise(result)) this.#reportRejection(result, event);
  }

  /** Reports an error that the handler threw or rejected with. */
  reportError(error: unknown, event: BusEvent): void {
    this.#onError(error, event);
  }

  /** Stops all deliveries, also the delivery of the current event. Returns whether the subscription was active. */
  stop(): boolean {
    const wasActive = this.#receive !== undefined;
    this.#receive = undefined;
    this.#filter = undefined;
    return wasActive;
  }

  /** The bus does not await the promise of a handler, but reports its rejection. */
  #reportRejection(result: PromiseLike<unknown>, event: BusEvent): void {
    Promise.resolve(result).then(undefined, (error) => this.reportError(error, event));
  }
}

/**
 * Delivers an event to subscribers in turn. One `try` surrounds all deliveries, because a `try` for each would cost as
 * much as a call. After an error the loop continues with the next subscriber.
 */
export function dispatchAll(subscribers: readonly Subscriber[], event: BusEvent): void {
  let i = 0;
  while (i < subscribers.length) {
    try {
      for (; i < subscribers.length; i++) subscribers[i]!.deliver(event);
    } catch (error) {
      subscribers[i++]!.reportError(error, event);
    }
  }
}
