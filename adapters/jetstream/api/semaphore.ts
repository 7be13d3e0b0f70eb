import { abortable } from "../util/abortable.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "../util/environment.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/**
 * A semaphore: at most `count` tasks run at the same time, and waiters acquire it in FIFO order. Large replies share
 * one connection: more concurrency is not faster, and makes single requests time out.
 */
export class Semaphore {
  readonly #budget: number;
  readonly #clock: Pick<Environment, "now">;
  readonly #waiting: Set<() => void> = new Set();
  #free: number;
  /** The time at which a task last ended successfully. */
  #progress = 0;

  /**
   * @param count The maximum number of concurrent tasks.
   * @param budget Milliseconds without a finished task after which waiters fail.
   */
  constructor(count: number, budget: number, clock: Pick<Environment, "now"> = SYSTEM_ENVIRONMENT) {
    this.#free = count;
    this.#budget = budget;
    this.#clock = clock;
  }

  /**
   * Runs a task once it has a permit.
   *
   * @throws {RequestFailure} If no other task ended successfully within the budget.
   * @throws The reason of the signal, if it is aborted.
   */
  async run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    try {
      const result = await work();
      this.#progress = this.#clock.now();
      return result;
    } finally {
      this.#release();
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const began = this.#clock.now();
    const failIfStalled = () => {
      const left = Math.max(began, this.#progress) + this.#budget - this.#clock.now();
      if (left > 0) timer = setTimeout(failIfStalled, left);
      else turn.reject(new RequestFailure("no-reply", new Error("the server does not answer")));
    };
    let timer = setTimeout(failIfStalled, this.#budget);
    this.#waiting.add(turn.resolve);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // A waiter that is no longer in the set has a permit: it passes the permit on.
      if (!this.#waiting.delete(turn.resolve)) this.#release();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives the permit to the next waiter. */
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
