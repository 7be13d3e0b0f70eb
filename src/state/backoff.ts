import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import type { VersionConflictError } from "../errors/version_conflict_error.ts";
import { MAX_BACKOFF_MS } from "../base/limits.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/** Milliseconds of the longest pause after the first conflict. */
const MAX_FIRST_PAUSE = 10;

/** Milliseconds of the longest pause after any conflict. */
const MAX_PAUSE = 1_000;

/**
 * The pause before a command is decided again. It is a random time below a limit that doubles with each conflict, from
 * 10 ms to one second. Each pause is drawn from the whole range ("full jitter"). Two writers that conflicted once
 * therefore rarely conflict again.
 *
 * @param conflicts The number of conflicts so far; 1 or more.
 * @param random From 0 to below 1.
 * @returns Milliseconds.
 */
export function fullJitter(conflicts: number, random: number): number {
  return random * Math.min(MAX_PAUSE, MAX_FIRST_PAUSE * 2 ** (conflicts - 1));
}

/** Functions that replace the computation of pauses and the source of random numbers. */
export interface Backoff {
  readonly backoff?: ((conflicts: number, random: number) => number) | undefined;
  readonly random?: (() => number) | undefined;
}

/**
 * Calls the caller's functions and returns the milliseconds to pause.
 *
 * @param conflict The last conflict.
 * @param conflicts The number of conflicts so far.
 * @throws {InvalidArgumentError} If `random` or `backoff` returns an invalid number. The conflict is its cause.
 */
export function pauseAfter(
  conflict: VersionConflictError,
  conflicts: number,
  { backoff = fullJitter, random = Math.random }: Backoff,
): number {
  const drawn = random();
  if (!(isNumber(drawn) && drawn >= 0 && drawn < 1)) {
    throw refusal(conflict, "random", drawn, "a number from 0 to below 1, as Math.random does");
  }
  const milliseconds = backoff(conflicts, drawn);
  if (isNumber(milliseconds) && milliseconds >= 0 && milliseconds <= MAX_BACKOFF_MS) return milliseconds;
  throw refusal(conflict, "backoff", milliseconds, `milliseconds, a number from 0 to ${MAX_BACKOFF_MS}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function refusal(cause: VersionConflictError, argument: string, returned: unknown, expected: string) {
  return new InvalidArgumentError(
    `Cannot pause before the next attempt of the command on "${cause.actorId}": ${argument} returned ${
      quote(returned)
    }. ` +
      `It must return ${expected}. Nothing was stored`,
    { argument },
    { cause },
  );
}

/** Waits for a number of milliseconds. Resolves earlier if the signal is aborted. */
export function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      removeAbortListener();
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    const removeAbortListener = onAbort(signal, finish);
  });
}
