/**
 * Milliseconds for which transactions follow each other before a pause, while other processes use the pauses to lock
 * the file.
 */
export const MIN_TURN_MS = 16;

/**
 * Milliseconds for which transactions follow each other before a pause, while no other process uses the pauses. They
 * bound the wait of a process that begins to write.
 */
export const MAX_TURN_MS = 256;

/** Milliseconds of a pause. A process that waits for the lock retries at shorter intervals. */
export const PAUSE_MS = 5;

/**
 * Decides when a process pauses between its transactions, so that another process can lock the file.
 *
 * SQLite has no queue of waiting writers: they retry. Transactions without a gap leave other processes no time for an
 * attempt. If no other process uses a pause, the time until the next pause doubles. If another process uses it, that
 * time halves. Pauses therefore take 2 % of the time of a process that writes alone.
 */
export class LockTurns {
  #turnMs = MIN_TURN_MS;
  #turnBeganAt = -Infinity;
  #transactionEndedAt = -Infinity;
  #isPausing = false;
  #generation = -1;

  /**
   * Returns the length of the pause before the next transaction.
   *
   * @param now Milliseconds of a monotonic clock.
   * @returns Milliseconds; 0 for no pause.
   */
  pause(now: number): number {
    this.#isPausing = now - this.#turnBeganAt >= this.#turnMs && now - this.#transactionEndedAt < PAUSE_MS;
    return this.#isPausing ? PAUSE_MS : 0;
  }

  /**
   * Called when a transaction has begun. A time without transactions counts as a pause.
   *
   * @param now Milliseconds of the same clock.
   * @param generation The file's generation. It changes when another connection commits, and after a rollback.
   */
  begun(now: number, generation: number): void {
    const isUsed = generation !== this.#generation;
    this.#generation = generation;
    if (!this.#isPausing && now - this.#transactionEndedAt < PAUSE_MS) return;
    this.#turnMs = isUsed ? Math.max(this.#turnMs / 2, MIN_TURN_MS) : Math.min(this.#turnMs * 2, MAX_TURN_MS);
    this.#turnBeganAt = now;
    this.#isPausing = false;
  }

  /** Called when a transaction has ended. */
  ended(now: number): void {
    this.#transactionEndedAt = now;
  }
}
