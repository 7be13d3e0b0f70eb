import { abortable } from "./abortable.ts";

/** A holder of a permit. */
export interface PermitHolder {
  /** Called when its permit passes to another holder. */
  revoke(): void;
}

/**
 * A semaphore that can revoke permits: a holder that has made progress gives its permit to the next waiter. A holder
 * that becomes slow or blocked after its progress therefore delays no other holder.
 */
export class RevocableSemaphore {
  /** Holders in the order in which they got their permits, and whether each permit may be revoked. */
  readonly #holders: Map<PermitHolder, boolean> = new Map();
  readonly #waiting: Map<PermitHolder, () => void> = new Map();
  #free: number;

  /** @param permits The maximum number of holders. */
  constructor(permits: number) {
    this.#free = permits;
  }

  /**
   * Waits for a permit, in FIFO order. Returns at once if the holder already has a permit.
   *
   * @throws The reason of the signal, if it is aborted.
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

  /**
   * Records progress of a holder. Its permit is revoked at once if another holder waits, or else as soon as another
   * holder waits.
   */
  progress(holder: PermitHolder): void {
    if (!this.#holders.has(holder)) return;
    if (this.#waiting.size > 0) this.#revoke(holder);
    else this.#holders.set(holder, true);
  }

  /** Releases the permit of a holder, or its place in the queue. */
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
