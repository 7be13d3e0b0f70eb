import type { BusEvent } from "../events/published_event.ts";

/** Delivers one event to its subscribers. Never throws an error of a handler. */
export type Dispatch = (event: BusEvent) => void;

/**
 * The order of delivery in a bus: one event at a time, in FIFO order. An event that a handler publishes or stores waits
 * until the current event has reached every subscriber. All subscribers see the same order, and a chain of handlers
 * that publish is a loop, not a recursion.
 */
export class DispatchQueue {
  #busy = false;
  #waiting: { readonly event: BusEvent; readonly give: Dispatch }[] = [];

  /** Delivers an event now, or after the events that were queued before it. */
  deliver(event: BusEvent, give: Dispatch): void {
    if (this.#busy || this.#waiting.length > 0) return this.deliverAll([event], give);
    this.#busy = true;
    try {
      give(event);
      if (this.#waiting.length > 0) this.#giveWaiting();
    } finally {
      this.#busy = false;
    }
  }

  /** Delivers the events of a commit with no other event in between. */
  deliverAll(events: readonly BusEvent[], give: Dispatch): void {
    for (const event of events) this.#waiting.push({ event, give });
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#giveWaiting();
    } finally {
      this.#busy = false;
    }
  }

  #giveWaiting(): void {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      let done = 0;
      try {
        while (done < batch.length) {
          const { event, give } = batch[done++]!;
          give(event);
        }
      } finally {
        // Interrupted by a stack overflow: the rest keeps its place in the queue.
        if (done < batch.length) this.#waiting = [...batch.slice(done), ...this.#waiting];
      }
    }
  }
}
