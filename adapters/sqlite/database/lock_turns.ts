/** Milliseconds of transactions without a gap before a pause, while other processes use the pauses. */
export const MIN_TURN_MS = 16;

/** The same while no other process uses the pauses. It bounds the wait of a process that begins to write. */
export const MAX_TURN_MS = 256;

/** Milliseconds of a pause. A process that waits for the lock retries at shorter intervals. */
export const PAUSE_MS = 5;

/**
 * Decides when a process whose transactions follow each other pauses, so that another process can lock the file.
 *
 * SQLite has no queue of waiting writers: they retry. Transactions without a gap leave them no time for an attempt. A
 * pause that no other process uses doubles the time until the next one, and a used one halves it. Pauses therefore take
 * 2 % of the time of a process that writes alone.
 */
export class LockTurns {
  #turnMs = MIN_TURN_MS;
  #turnBeganAt = -Infinity;
  #transactionEndedAt = -Infinity;
  #isPausing = false;
  #generation = -1;

  /**
   * The pause before the next transaction.
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
   * @param generation Differs from the last one if another process has committed since.
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
