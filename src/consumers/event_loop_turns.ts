import type { Environment } from "../coordination/environment.ts";
import { sleep } from "./sleep.ts";

/** Milliseconds of uninterrupted work after which timers and heartbeats run. */
export const TURN_MS = 20;

/** The maximum number of events between two readings of the clock. One reading takes as long as a simple handler. */
const MAX_STRIDE = 32;

/**
 * Lets timers and heartbeats run during the uninterrupted work of a lane. If they run anyway, because the handler waits
 * for a timer or a request, the lane does not wait for them.
 */
export class EventLoopTurns {
  readonly #environment: Environment;
  /** The last time at which timers are known to have run. */
  #ranAt: number;
  #cancelTimer: (() => void) | undefined;
  /** The number of events between two readings of the clock. It doubles while they take less than 1 ms. */
  #stride = 1;
  #events = 0;
  #readAt: number;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#ranAt = environment.now();
    this.#readAt = this.#ranAt;
  }

  /**
   * Called after each event.
   *
   * @returns A promise if the lane must wait until timers have run.
   */
  next(signal: AbortSignal): Promise<void> | undefined {
    this.#cancelTimer ??= this.#environment.schedule(TURN_MS / 2, () => {
      this.#cancelTimer = undefined;
      this.#ranAt = this.#environment.now();
    });
    if (++this.#events < this.#stride) return undefined;
    this.#events = 0;
    const now = this.#environment.now();
    this.#stride = now - this.#readAt < 1 ? Math.min(2 * this.#stride, MAX_STRIDE) : 1;
    this.#readAt = now;
    return now - this.#ranAt < TURN_MS ? undefined : this.#turn(signal);
  }

  /** Ends the timer. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await sleep(this.#environment, 0, signal);
    this.#ranAt = this.#environment.now();
  }
}
