import type { RecordedEvent } from "../../mod.ts";

/** So many places at the front may be dead before the array is cut. */
const MAX_DEAD = 1_024;

/** Events numbered 1, 2, 3, ... for good, of which the first can be dropped. */
export class EventQueue {
  #events: RecordedEvent[] = [];
  /** The number of the event at index 0, less one. */
  #base = 0;
  /** How many were dropped in all: those below the base, and those that are dead at the front of the array. */
  #dropped = 0;

  /** How many were dropped: the first that is left has the next number. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The number of the last event, 0 before the first. */
  get last(): number {
    return this.#base + this.#events.length;
  }

  /** The event of a number above {@link EventQueue.dropped}. */
  at(number: number): RecordedEvent | undefined {
    return this.#events[number - this.#base - 1];
  }

  push(event: RecordedEvent): void {
    this.#events.push(event);
  }

  /** The events of numbers `from` to `to`, both inclusive, as a new array. */
  slice(from: number, to: number): RecordedEvent[] {
    return this.#events.slice(from - this.#base - 1, to - this.#base);
  }

  /** Drops the first event that is left. */
  drop(): void {
    this.#dropped++;
    const dead = this.#dropped - this.#base;
    // Cutting costs as much as what stays: done when as much again is dead, it costs one step an event.
    if (dead < MAX_DEAD || dead < this.#events.length / 2) return;
    this.#events = this.#events.slice(dead);
    this.#base = this.#dropped;
  }
}
