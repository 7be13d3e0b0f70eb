import type { BusEvent } from "../events/published_event.ts";

/** Hands one event to those who are to get it. Never throws what a handler throws. */
export type Dispatch = (event: BusEvent) => void;

/**
 * The order of delivery in a bus: one event at a time, first come, first served. An event that a handler publishes or
 * stores waits until the current event has reached every subscriber. All subscribers see the same order, and a chain of
 * handlers that publish is a loop, not a recursion.
 */
export class DispatchQueue {
  #busy = false;
  #waiting: { readonly event: BusEvent; readonly give: Dispatch }[] = [];

  /** Hands an event over now, or when its turn comes. */
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

  /** Hands the events of a commit over; nothing comes in between. */
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
        // Cut short by an overflow of the stack: the rest keeps its place.
        if (done < batch.length) this.#waiting = [...batch.slice(done), ...this.#waiting];
      }
    }
  }
}
