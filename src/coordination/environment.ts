import { randomId } from "../events/random_id.ts";

/**
 * Clocks, timers, random numbers and ids for coordination. The simulations in the tests pass their own implementation.
 */
export interface Environment {
  /** Milliseconds of a monotonic clock. It may stop while the machine is suspended. */
  now(): number;
  /** Milliseconds since the epoch. This clock may be set back. */
  wallTime(): number;
  /**
   * Calls a function once after a delay.
   *
   * @param delay Milliseconds.
   * @returns A function that cancels the call.
   */
  schedule(delay: number, call: () => void): () => void;
  /** Returns a random number that is at least 0 and less than 1. */
  random(): number;
  /** Returns a string of `A-Z a-z 0-9 -` that no other call returns, in any process. */
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
  random: () => Math.random(),
  newId: () => randomId().replaceAll("-", "").slice(0, 16),
};
