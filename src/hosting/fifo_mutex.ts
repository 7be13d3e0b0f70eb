import { onAbort } from "../lifecycle/on_abort.ts";

/** A mutex. Waiters acquire it in FIFO order. */
export class FifoMutex {
  #isHeld = false;
  readonly #waiters: Set<() => void> = new Set();

  /** The number of waiters. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Whether it is held. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Acquires it if it is free. Returns whether it did. */
  tryAcquire(): boolean {
    if (this.#isHeld) return false;
    return this.#isHeld = true;
  }

  /**
   * Acquires it.
   *
   * @param aborted Makes the error of an aborted signal.
   * @throws That error, if the signal is aborted before it was acquired.
   */
  async acquire(signal: AbortSignal | undefined, aborted: () => Error): Promise<void> {
    if (signal?.aborted) throw aborted();
    if (this.tryAcquire()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.add(resolve);
    const release = onAbort(signal, () => {
      // A waiter that has acquired it already keeps it.
      if (this.#waiters.delete(resolve)) reject(aborted());
    });
    try {
      await promise;
    } finally {
      release();
    }
  }

  /** Releases it: the first waiter acquires it. */
  release(): void {
    for (const next of this.#waiters) {
      this.#waiters.delete(next);
      return next();
    }
    this.#isHeld = false;
  }
}
