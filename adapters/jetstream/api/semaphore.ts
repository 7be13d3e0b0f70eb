import { abortable } from "../util/abortable.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "../util/environment.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/**
 * A semaphore: at most `count` tasks run at the same time, and waiters acquire it in FIFO order. Replies of many
 * messages share one connection: more concurrency is not faster and makes single requests time out.
 */
export class Semaphore {
  readonly #budget: number;
  readonly #clock: Pick<Environment, "now">;
  readonly #waiting: Set<() => void> = new Set();
  #free: number;
  /** When a work was done last. */
  #progress = 0;

  /**
   * @param count How many work at the same time.
   * @param budget Milliseconds without a finished task after which waiters give up.
   */
  constructor(count: number, budget: number, clock: Pick<Environment, "now"> = SYSTEM_ENVIRONMENT) {
    this.#free = count;
    this.#budget = budget;
    this.#clock = clock;
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
      this.#progress = this.#clock.now();
      return result;
    } finally {
      this.#release();
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const began = this.#clock.now();
    const look = () => {
      const left = Math.max(began, this.#progress) + this.#budget - this.#clock.now();
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
