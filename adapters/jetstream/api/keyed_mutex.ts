import { abortable } from "../util/abortable.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** A mutex per key. Waiters acquire it in FIFO order. */
export class KeyedMutex {
  /** The held keys. Each value has one function per waiter, which ends the wait; `undefined` without waiters. */
  readonly #waiting: Map<string, Set<() => void> | undefined> = new Map();

  /** The number of held keys. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Acquires the mutex of a key. The caller releases it by {@link KeyedMutex.release}.
   *
   * @param budget Bounds the wait.
   * @throws {RequestFailure} If the budget ends before the mutex is free.
   * @throws The reason of the signal, if it is aborted.
   */
  async acquire(key: string, budget: Pick<RetryBudget, "signal" | "remaining">): Promise<void> {
    if (!this.tryAcquire(key)) await this.#wait(key, budget);
  }

  /** Acquires the mutex of a key if it is free. Returns whether the caller has acquired it. */
  tryAcquire(key: string): boolean {
    if (this.#waiting.has(key)) return false;
    this.#waiting.set(key, undefined);
    return true;
  }

  /** Releases the mutex of a key; the next waiter acquires it. */
  release(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined || waiting.size === 0) return void this.#waiting.delete(key);
    const [next] = waiting;
    waiting.delete(next!);
    next!();
  }

  async #wait(key: string, { signal, remaining: left }: Pick<RetryBudget, "signal" | "remaining">): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(turn.resolve));
    const giveUp = () =>
      turn.reject(new RequestFailure("no-reply", new Error("other operations held the mutex until the time limit")));
    const timer = setTimeout(giveUp, left);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // The wait may have failed just after the waiter acquired the mutex. The mutex is then released.
      if (!waiting.delete(turn.resolve)) this.release(key);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
