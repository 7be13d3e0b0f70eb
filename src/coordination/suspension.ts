import type { Environment } from "./environment.ts";

/** Milliseconds by which wall clock and steady clock may part between two looks: more, and the machine stood still. */
const MAX_DRIFT = 500;

/**
 * Notices that the machine was suspended, or moved to another host: the steady clock may stand still then, and the wall
 * clock does not. A wall clock that was set forward looks the same. So it only ever ends a session early.
 */
export class SuspensionDetector {
  readonly #environment: Environment;
  #wall: number;
  #steady: number;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#wall = environment.wallTime();
    this.#steady = environment.now();
  }

  /** Whether the machine was suspended since the last {@link SuspensionDetector.restart}. */
  get wasSuspended(): boolean {
    const wall = this.#environment.wallTime() - this.#wall;
    return wall - (this.#environment.now() - this.#steady) > MAX_DRIFT;
  }

  restart(): void {
    this.#wall = this.#environment.wallTime();
    this.#steady = this.#environment.now();
  }
}
