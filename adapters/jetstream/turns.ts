import { abortable } from "./abortable.ts";
import type { Patience } from "./patience.ts";
import { RequestFailure } from "./request_failure.ts";

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
   * @param patience Bounds the wait.
   * @returns To be called when done.
   * @throws {RequestFailure} Time ran out.
   * @throws The signal's reason.
   */
  async take(key: string, patience: Pick<Patience, "signal" | "left">): Promise<() => void> {
    const before = this.#last.get(key);
    const done = Promise.withResolvers<void>();
    const mine = before === undefined ? done.promise : before.then(() => done.promise);
    this.#last.set(key, mine);
    void mine.then(() => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    });
    try {
      if (before !== undefined) await inTime(before, patience);
      return done.resolve;
    } catch (error) {
      done.resolve();
      throw error;
    }
  }
}

async function inTime(promise: Promise<void>, { signal, left }: Pick<Patience, "signal" | "left">): Promise<void> {
  const late = Promise.withResolvers<never>();
  const giveUp = () => late.reject(new RequestFailure("lost", new Error("others took all of the time")));
  const timer = setTimeout(giveUp, left);
  try {
    await abortable(Promise.race([promise, late.promise]), signal);
  } finally {
    clearTimeout(timer);
  }
}
