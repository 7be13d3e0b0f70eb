import { randomId } from "../events/random_id.ts";

/** Time and identity as coordination uses them. A simulator passes its own. */
export interface Environment {
  /** Milliseconds of a clock that never goes back. It may stand still while the machine is suspended. */
  now(): number;
  /** Milliseconds since the epoch. It may go back. */
  wallTime(): number;
  /**
   * Calls a function once, later.
   *
   * @param delay Milliseconds.
   * @returns Cancels the call.
   */
  schedule(delay: number, call: () => void): () => void;
  /** A token of `A-Z a-z 0-9 -` that no other call, in any process, returns. */
  newId(): string;
}

/** The clocks, timers and random ids of the runtime. */
export const SYSTEM_ENVIRONMENT: Environment = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  schedule: (delay, call) => {
    const timer = setTimeout(call, delay);
    return () => clearTimeout(timer);
  },
  newId: () => randomId().replaceAll("-", "").slice(0, 16),
};
