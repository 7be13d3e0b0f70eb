import type { BusEvent } from "../events/published_event.ts";

/** Delivers one event to its subscribers. Never throws an error of a handler. */
export type Dispatch = (event: BusEvent) => void;

/**
 * Orders the deliveries of a bus: one event at a time, in FIFO order. An event that a handler publishes or stores waits
 * until the current event was delivered to every subscriber. All subscribers receive events in the same order. A
 * handler that publishes causes no recursion: a loop delivers the waiting events.
 */
export class DispatchQueue {
  #isDispatching = false;
  #waiting: { readonly event: BusEvent; readonly dispatch: Dispatch }[] = [];

  /** Delivers an event now, or after the events that already wait. */
  deliver(event: BusEvent, dispatch: Dispatch): void {
    if (this.#isDispatching || this.#waiting.length > 0) return this.deliverAll([event], dispatch);
    this.#isDispatching = true;
    try {
      dispatch(event);
      if (this.#waiting.length > 0) this.#dispatchWaiting();
    } finally {
      this.#isDispatching = false;
    }
  }

  /** Delivers the events of a commit with no other event in between. */
  deliverAll(events: readonly BusEvent[], dispatch: Dispatch): void {
    for (const event of events) this.#waiting.push({ event, dispatch });
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    try {
      this.#dispatchWaiting();
    } finally {
      this.#isDispatching = false;
    }
  }

  #dispatchWaiting(): void {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      let next = 0;
      try {
        while (next < batch.length) {
          const { event, dispatch } = batch[next++]!;
          dispatch(event);
        }
      } finally {
        // After a stack overflow, the remaining events keep their place in the queue.
        if (next < batch.length) this.#waiting = [...batch.slice(next), ...this.#waiting];
      }
    }
  }
}
