/** Limits writes of the same key over the same revision to one per interval. */
export class WriteThrottle {
  readonly #interval: number;
  readonly #last: Map<string, { readonly expected: number; readonly at: number }> = new Map();

  /** @param interval Milliseconds. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Whether a write may be sent now. If `true`, the write counts as sent. */
  isDue(key: string, expected: number, now: number): boolean {
    const last = this.#last.get(key);
    if (last?.expected === expected && now - last.at < this.#interval) return false;
    this.#last.set(key, { expected, at: now });
    return true;
  }

  forget(key: string): void {
    this.#last.delete(key);
  }

  clear(): void {
    this.#last.clear();
  }
}
