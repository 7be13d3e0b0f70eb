import type { Environment } from "./environment.ts";

/**
 * Milliseconds by which the wall clock may run ahead of the monotonic clock between two checks. A greater difference
 * means that the machine was suspended.
 */
const MAX_DRIFT = 500;

/**
 * Detects that the machine was suspended or moved to another host. The monotonic clock may stop then, while the wall
 * clock does not. A wall clock that was set forward looks the same. That false detection only ends a session early.
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

  restart(): void {
    this.#wall = this.#environment.wallTime();
    this.#monotonic = this.#environment.now();
  }
}
