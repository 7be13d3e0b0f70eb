import { randomId } from "../../../adapter.ts";

/** The clocks and the randomness of a backend. Tests pass their own. */
export interface Environment {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Milliseconds since the epoch. It may go back. */
  wallTime(): number;
  /** A number that is at least 0 and less than 1. */
  random(): number;
  /** A UUID that no other call, in any process, returns. */
  newId(): string;
}

/** The clocks and the randomness of the runtime. */
export const SYSTEM_ENVIRONMENT: Environment = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  random: () => Math.random(),
  newId: randomId,
};
