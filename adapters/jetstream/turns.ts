import { abortable } from "./abortable.ts";

/** Lets those that want the same thing at the same time have it one after another, in the order in which they asked. */
export class Turns {
  /** Of each key that somebody has or waits for: resolves when the last of them is done. */
  readonly #last: Map<string, Promise<void>> = new Map();

  /** How many keys somebody has or waits for. */
  get size(): number {
    return this.#last.size;
  }

  /**
   * Waits for its turn.
   *
   * @returns To be called when done.
   * @throws The signal's reason.
   */
  async take(key: string, signal: AbortSignal | undefined): Promise<() => void> {
    const before = this.#last.get(key);
    const done = Promise.withResolvers<void>();
    const mine = before === undefined ? done.promise : before.then(() => done.promise);
    this.#last.set(key, mine);
    void mine.then(() => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    });
    try {
      if (before !== undefined) await abortable(before, signal);
      return done.resolve;
    } catch (error) {
      done.resolve();
      throw error;
    }
  }
}
