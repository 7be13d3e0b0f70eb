import { delay } from "../util/abortable.ts";
import type { RequestOptions } from "./server_api.ts";

/** This part of an operation's time the first try has, so that a lost one leaves time for others. */
const FIRST_TRY = 0.1;

/** Milliseconds before another try, doubled each time. */
const FIRST_PAUSE = 10;
const MAX_PAUSE = 1_000;

/** The time that one operation has, over all its requests. */
export class RetryBudget {
  readonly signal: AbortSignal | undefined;
  readonly #start: number = performance.now();
  readonly #ms: number;
  #pause: number = FIRST_PAUSE;

  /** @param ms Milliseconds from now on. */
  constructor(ms: number, signal: AbortSignal | undefined) {
    this.signal = signal;
    this.#ms = ms;
  }

  /** For one request: it has as long again as has passed, so that on a slow line the last try has half of all. */
  get options(): RequestOptions {
    const passed = performance.now() - this.#start;
    const timeout = Math.min(Math.max(this.#ms * FIRST_TRY, passed), this.#ms - passed);
    return { signal: this.signal, timeout: Math.max(1, Math.ceil(timeout)) };
  }

  /** The milliseconds that are left. */
  get remaining(): number {
    return Math.max(0, this.#ms - (performance.now() - this.#start));
  }

  /**
   * Waits before another try.
   *
   * @throws `failure`, if the time is over.
   * @throws The reason of the signal, if it is aborted.
   */
  async backoff(failure: unknown): Promise<void> {
    if (performance.now() - this.#start + this.#pause >= this.#ms) throw failure;
    const ms = this.#pause;
    this.#pause = Math.min(ms * 2, MAX_PAUSE);
    await delay(ms * (0.5 + Math.random() / 2), this.signal);
  }
}
