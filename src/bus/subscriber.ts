import type { BusEvent } from "../events/published_event.ts";
import { isPromise } from "../lifecycle/operation.ts";

/**
 * Receives a handler's error and its event; or, without an event, the reason why an event of another process is not
 * delivered.
 */
export type OnError = (error: unknown, event: BusEvent | undefined) => void;

/** One subscription: what it wants, and who gets it. */
export class Subscriber {
  #wants: ((event: BusEvent) => boolean) | undefined;
  /** Absent once it was stopped: what was unsubscribed is not to be kept alive by a list that still names it. */
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

  /** Hands an event over, if it is wanted. Throws what the handler throws: see {@link dispatchAll}. */
  give(event: BusEvent): void {
    const receive = this.#receive;
    if (receive === undefined || (this.#wants !== undefined && !this.#wants(event))) return;
    const result = receive(event);
    if (isPromise(result)) this.#hear(result, event);
  }

  /** Reports what the handler threw or rejected with. */
  fail(error: unknown, event: BusEvent): void {
    this.#onError(error, event);
  }

  /** Hands nothing over from now on, also of what is being delivered. Tells whether it did until now. */
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
 * Hands an event to subscribers in turn. One `try` goes around all of them, since entering it for each would cost as much
 * as a call: after a failure the loop goes on behind the one that failed.
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
