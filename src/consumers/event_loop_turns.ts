import type { Environment } from "../coordination/environment.ts";
import { sleep } from "./sleep.ts";

/** Milliseconds of uninterrupted work after which a lane lets timers and heartbeats run. */
export const TURN_MS = 20;

/** Maximum number of events between two reads of the clock. A read takes as long as a simple handler. */
const MAX_STRIDE = 32;

/**
 * Interrupts the work of a lane regularly, so that timers and heartbeats can run. The lane is not interrupted if they
 * run in any case, because the handler waits for a timer or a request.
 */
export class EventLoopTurns {
  readonly #environment: Environment;
  /** The last time at which timers are known to have run. */
  #ranAt: number;
  #cancelTimer: (() => void) | undefined;
  /**
   * The number of events between two reads of the clock. It doubles while the events between two reads take less than 1
   * ms.
   */
  #stride = 1;
  /** The number of events since the last read of the clock. */
  #events = 0;
  /** The time of the last read of the clock. */
  #readAt: number;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#ranAt = environment.now();
    this.#readAt = this.#ranAt;
  }

  /**
   * Called after each event.
   *
   * @returns A promise, if the lane must wait until timers have run.
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
