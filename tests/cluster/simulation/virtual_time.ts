/** Maximum length of the chain of awaited promises that one event starts, in microtasks. */
const MICROTASKS = 16;

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that moves only from event to event. Events run in the order of their times. */
export class VirtualTime {
  now = 0;
  readonly #heap: Event[] = [];
  readonly #microtasks: number;
  #order = 0;

  /** @param microtasks Maximum number of microtasks in the chain of promises that one event starts. */
  constructor(microtasks = MICROTASKS) {
    this.#microtasks = microtasks;
  }

  /** Runs a function at `time`, or at the current time if `time` has passed. */
  at(time: number, run: () => void): void {
    this.#push({ at: Math.max(time, this.now), order: this.#order++, run });
  }

  /** Runs a function after a number of milliseconds. */
  after(delay: number, run: () => void): void {
    this.at(this.now + delay, run);
  }

  /** Runs events, each with the promises that it resolves, up to a time or until `isOver` returns `true`. */
  async runUntil(end: number, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) break;
      this.#pop();
      this.now = next.at;
      next.run();
      for (let i = 0; i < this.#microtasks; i++) await undefined;
    }
    if (!isOver()) this.now = Math.max(this.now, end);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Returns a generator of random numbers from 0 to 1 that depend on the seed only: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
