import { abortable } from "../util/abortable.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/**
 * Lets so many work at the same time, and the others wait, in the order in which they came. Answers of many messages
 * share one connection: more at once are none the sooner, and each would take longer than is waited for it.
 */
export class Semaphore {
  readonly #budget: number;
  readonly #waiting: Set<() => void> = new Set();
  #free: number;
  /** When a work was done last. */
  #progress = 0;

  /**
   * @param count How many work at the same time.
   * @param budget Milliseconds without any work done after which nobody waits any longer.
   */
  constructor(count: number, budget: number) {
    this.#free = count;
    this.#budget = budget;
  }

  /**
   * Works as soon as it may.
   *
   * @throws {RequestFailure} If no other work was done for as long as the budget lasts.
   * @throws The reason of the signal, if it is aborted.
   */
  async run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    try {
      const result = await work();
      this.#progress = performance.now();
      return result;
    } finally {
      this.#release();
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const began = performance.now();
    const look = () => {
      const left = Math.max(began, this.#progress) + this.#budget - performance.now();
      if (left > 0) timer = setTimeout(look, left);
      else turn.reject(new RequestFailure("lost", new Error("the server answers nothing")));
    };
    let timer = setTimeout(look, this.#budget);
    this.#waiting.add(turn.resolve);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // It may have been let in just before.
      if (!this.#waiting.delete(turn.resolve)) this.#release();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets the next one in. */
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
