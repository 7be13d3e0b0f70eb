import { abortable } from "../util/abortable.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** A mutex per key. Waiters acquire it in FIFO order. */
export class KeyedMutex {
  /** For each held key: the functions that admit its waiters, if there are any. */
  readonly #waiting: Map<string, Set<() => void> | undefined> = new Map();

  /** The number of held keys. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Acquires the mutex of a key, to be released by {@link KeyedMutex.release}.
   *
   * @param budget Bounds the wait.
   * @returns A promise to await first; `undefined` if the mutex is acquired.
   * @throws {RequestFailure} If the budget is used up.
   * @throws The reason of the signal, if it is aborted.
   */
  acquire(key: string, budget: Pick<RetryBudget, "signal" | "remaining">): Promise<void> | undefined {
    if (this.#waiting.has(key)) return this.#wait(key, budget);
    this.#waiting.set(key, undefined);
  }

  /** Releases the mutex of a key; the next waiter acquires it. */
  release(key: string): void {
    const waiting = this.#waiting.get(key);
    const [next] = waiting ?? [];
    if (next === undefined) return void this.#waiting.delete(key);
    waiting!.delete(next);
    next();
  }

  async #wait(key: string, { signal, remaining: left }: Pick<RetryBudget, "signal" | "remaining">): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(turn.resolve));
    const giveUp = () => turn.reject(new RequestFailure("no-reply", new Error("others took all of the time")));
    const timer = setTimeout(giveUp, left);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // The waiter may have acquired it just before.
      if (!waiting.delete(turn.resolve)) this.release(key);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
