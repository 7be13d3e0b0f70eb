import { abortable } from "./abortable.ts";

/** Wakes up the callers that wait for a change of some state. */
export class Change {
  readonly #waiters: Set<() => void> = new Set();

  /** Resolves all pending waits. */
  notify(): void {
    if (this.#waiters.size === 0) return;
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }

  /**
   * Waits for the next change.
   *
   * @throws The reason of the signal, if it is aborted.
   */
  async wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.add(resolve);
    try {
      await abortable(promise, signal);
    } finally {
      this.#waiters.delete(resolve);
    }
  }
}
