import type { Backend } from "@flowmade-one/aether";
import { createBackend } from "@flowmade-one/aether/adapter";
import type { JetStreamOptions } from "@flowmade-one/aether/jetstream";
import { checkJetStreamOptions } from "../../../adapters/jetstream/jetstream_options.ts";
import { openDriver } from "../../../adapters/jetstream/open_driver.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "../../../adapters/jetstream/util/environment.ts";

/** Milliseconds, more than the adapter keeps the facts of a stream before it reads them from the server again. */
const STALE_MS = 31_000;

/** The environment of the runtime, with a clock that a test can move forward. */
export class MovedClock implements Environment {
  readonly wallTime: () => number = SYSTEM_ENVIRONMENT.wallTime;
  readonly random: () => number = SYSTEM_ENVIRONMENT.random;
  readonly newId: () => string = SYSTEM_ENVIRONMENT.newId;
  #moved = 0;

  now(): number {
    return SYSTEM_ENVIRONMENT.now() + this.#moved;
  }

  /** Moves the clock forward; by default so far that the adapter reads known streams from the server again. */
  advance(ms: number = STALE_MS): void {
    this.#moved += ms;
  }
}

/** Opens a backend as `jetstream()` does, but with the clock of a test. */
export async function openWithClock(options: JetStreamOptions, clock: MovedClock): Promise<Backend> {
  const checked = checkJetStreamOptions(options, "jetstream");
  return createBackend(await openDriver(checked, clock), checked.backend);
}
