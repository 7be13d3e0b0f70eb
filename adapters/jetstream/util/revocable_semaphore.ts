import { abortable } from "./abortable.ts";

/** What can hold a permit. */
export interface PermitHolder {
  /** Called when its permit is given to another one. */
  revoke(): void;
}

/**
 * A semaphore that can revoke permits: a holder that has made progress gives its permit to the next waiter. A holder that
 * keeps its permit for long, since it is slow or waits for something else, delays none of the others.
 */
export class RevocableSemaphore {
  /** Whether the permit of each may be revoked, in the order in which they were acquired. */
  readonly #holders: Map<PermitHolder, boolean> = new Map();
  readonly #waiting: Map<PermitHolder, () => void> = new Map();
  #free: number;

  /** @param permits Holders at the same time. */
  constructor(permits: number) {
    this.#free = permits;
  }

  /**
   * Waits for a permit, in FIFO order. Returns at once if the holder has one.
   *
   * @throws The signal's reason.
   */
  async acquire(holder: PermitHolder, signal: AbortSignal | undefined): Promise<void> {
    if (this.#holders.has(holder)) return;
    if (this.#free > 0) {
      this.#free--;
      this.#holders.set(holder, false);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(holder, resolve);
    const [revocable] = [...this.#holders].find(([, isRevocable]) => isRevocable) ?? [];
    if (revocable !== undefined) this.#revoke(revocable);
    try {
      await abortable(promise, signal);
    } catch (error) {
      this.release(holder);
      throw error;
    }
  }

  /** Tells that a holder has made progress: its permit is revoked now if another one waits, or else when one does. */
  progress(holder: PermitHolder): void {
    if (!this.#holders.has(holder)) return;
    if (this.#waiting.size > 0) this.#revoke(holder);
    else this.#holders.set(holder, true);
  }

  /** Gives back the permit of a holder, or its place among those that wait. */
  release(holder: PermitHolder): void {
    this.#waiting.delete(holder);
    if (!this.#holders.delete(holder)) return;
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    const [waiter, resolve] = next;
    this.#waiting.delete(waiter);
    this.#holders.set(waiter, false);
    resolve();
  }

  #revoke(holder: PermitHolder): void {
    this.release(holder);
    holder.revoke();
  }
}
