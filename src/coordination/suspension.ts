import type { Environment } from "./environment.ts";

/**
 * Milliseconds by which the wall clock may run ahead of the monotonic clock between two checks. A greater difference
 * means that the machine was suspended.
 */
const MAX_DRIFT = 500;

/**
 * Detects that the machine was suspended or moved to another host. In the meantime, the monotonic clock may stop, and
 * the wall clock does not. If the wall clock was set forward, the detector reports a suspension that did not occur. The
 * only effect is that a session ends early.
 */
export class SuspensionDetector {
  readonly #environment: Environment;
  #wall: number;
  #monotonic: number;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#wall = environment.wallTime();
    this.#monotonic = environment.now();
  }

  /** Whether the machine was suspended since the last {@link SuspensionDetector.restart}. */
  get wasSuspended(): boolean {
    const wall = this.#environment.wallTime() - this.#wall;
    return wall - (this.#environment.now() - this.#monotonic) > MAX_DRIFT;
  }

  /** Begins a new period of observation. */
  restart(): void {
    this.#wall = this.#environment.wallTime();
    this.#monotonic = this.#environment.now();
  }
}
