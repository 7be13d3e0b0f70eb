import { delay } from "../util/abortable.ts";
import { backoffMs } from "../util/backoff.ts";
import type { RequestOptions } from "./request_options.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "../util/environment.ts";

/** The fraction of the budget for the first attempt. After a lost reply, time remains for further attempts. */
export const FIRST_ATTEMPT = 0.1;

/** The time of one operation over all its requests. */
export class RetryBudget {
  readonly signal: AbortSignal | undefined;
  readonly #environment: Pick<Environment, "now" | "random">;
  readonly #start: number;
  readonly #ms: number;
  #failures = 0;

  /**
   * @param ms Milliseconds from the start until the budget is used up.
   * @param start The time of the start, by the clock of the environment.
   */
  constructor(
    ms: number,
    signal: AbortSignal | undefined,
    environment: Pick<Environment, "now" | "random"> = SYSTEM_ENVIRONMENT,
    start: number = environment.now(),
  ) {
    this.signal = signal;
    this.#environment = environment;
    this.#start = start;
    this.#ms = ms;
  }

  /**
   * The options of one request. Its timeout grows with the time since the start, so that one attempt on a slow
   * connection may take up to half of the budget.
   */
  get options(): RequestOptions {
    const passed = this.#passed;
    const timeout = Math.min(Math.max(this.#ms * FIRST_ATTEMPT, passed), this.#ms - passed);
    return { signal: this.signal, timeout: Math.max(1, Math.ceil(timeout)) };
  }

  /** The remaining milliseconds. */
  get remaining(): number {
    return Math.max(0, this.#ms - this.#passed);
  }

  /** The milliseconds since the start. */
  get #passed(): number {
    return this.#environment.now() - this.#start;
  }

  /**
   * Waits before another attempt.
   *
   * @throws `failure`, if the pause would last until the end of the budget.
   * @throws The reason of the signal, if it is aborted.
   */
  async backoff(failure: unknown): Promise<void> {
    const ms = backoffMs(++this.#failures);
    if (this.#passed + ms >= this.#ms) throw failure;
    await delay(ms * (0.5 + this.#environment.random() / 2), this.signal);
  }
}
