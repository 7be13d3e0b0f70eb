import { abortable } from "../util/abortable.ts";
import type { Patience } from "./patience.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** Lets those that want the same thing at the same time have it one after another, in the order in which they asked. */
export class Turns {
  /** Of each key that somebody has: what lets those in who wait for it, if anybody does. */
  readonly #waiting: Map<string, Set<() => void> | undefined> = new Map();

  /** How many keys somebody has or waits for. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Takes a turn, which is to be given back by {@link Turns.done}.
   *
   * @param patience Bounds the wait.
   * @returns What is to be awaited first; `undefined` if the turn is there.
   * @throws {RequestFailure} Time ran out.
   * @throws The signal's reason.
   */
  take(key: string, patience: Pick<Patience, "signal" | "left">): Promise<void> | undefined {
    if (this.#waiting.has(key)) return this.#wait(key, patience);
    this.#waiting.set(key, undefined);
  }

  /** Lets the next one in. */
  done(key: string): void {
    const waiting = this.#waiting.get(key);
    const [next] = waiting ?? [];
    if (next === undefined) return void this.#waiting.delete(key);
    waiting!.delete(next);
    next();
  }

  async #wait(key: string, { signal, left }: Pick<Patience, "signal" | "left">): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(turn.resolve));
    const giveUp = () => turn.reject(new RequestFailure("lost", new Error("others took all of the time")));
    const timer = setTimeout(giveUp, left);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      // It may have been let in just before.
      if (!waiting.delete(turn.resolve)) this.done(key);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
