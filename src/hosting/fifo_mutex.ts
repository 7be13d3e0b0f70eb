import { onAbort } from "../lifecycle/on_abort.ts";

/** A mutex. Waiters acquire it in FIFO order. */
export class FifoMutex {
  #isHeld = false;
  readonly #waiters: Set<() => void> = new Set();

  /** The number of waiters. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Whether the mutex is held. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Acquires the mutex if it is free. Returns whether it was free. */
  tryAcquire(): boolean {
    if (this.#isHeld) return false;
    return this.#isHeld = true;
  }

  /**
   * Acquires the mutex, after all earlier waiters.
   *
   * @param aborted Makes the error of an aborted signal.
   * @throws The error of `aborted`, if the signal is aborted before the mutex was acquired.
   */
  async acquire(signal: AbortSignal | undefined, aborted: () => Error): Promise<void> {
    if (signal?.aborted) throw aborted();
    if (this.tryAcquire()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.add(resolve);
    const release = onAbort(signal, () => {
      // A waiter that has already acquired the mutex keeps it.
      if (this.#waiters.delete(resolve)) reject(aborted());
    });
    try {
      await promise;
    } finally {
      release();
    }
  }

  /** Releases the mutex: the first waiter acquires it. */
  release(): void {
    for (const next of this.#waiters) {
      this.#waiters.delete(next);
      return next();
    }
    this.#isHeld = false;
  }
}
