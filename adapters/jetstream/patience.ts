import { pause } from "./abortable.ts";
import type { RequestOptions } from "./server_api.ts";

/** So many tries share an operation's time, so that a lost one leaves time for another. */
const TRIES = 3;

/** Milliseconds before another try, doubled each time. */
const FIRST_PAUSE = 10;
const MAX_PAUSE = 1_000;

/** The time that one operation has, over all its requests. */
export class Patience {
  readonly signal: AbortSignal | undefined;
  readonly #try: number;
  readonly #deadline: number;
  #pause: number = FIRST_PAUSE;

  /** @param ms Milliseconds from now on. */
  constructor(ms: number, signal: AbortSignal | undefined) {
    this.signal = signal;
    this.#try = Math.max(1, Math.ceil(ms / TRIES));
    this.#deadline = performance.now() + ms;
  }

  /** For one request. */
  get options(): RequestOptions {
    const left = Math.max(1, this.#deadline - performance.now());
    return { signal: this.signal, timeout: Math.min(this.#try, left) };
  }

  /**
   * Waits before another try.
   *
   * @throws `failure`, if the time is over.
   * @throws The signal's reason.
   */
  async again(failure: unknown): Promise<void> {
    if (performance.now() + this.#pause >= this.#deadline) throw failure;
    const ms = this.#pause;
    this.#pause = Math.min(ms * 2, MAX_PAUSE);
    await pause(ms * (0.5 + Math.random() / 2), this.signal);
  }
}
