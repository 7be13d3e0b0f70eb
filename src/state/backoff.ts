import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import type { VersionConflictError } from "../errors/version_conflict_error.ts";
import { MAX_BACKOFF_MS } from "../base/limits.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/** Milliseconds that the first pause takes at most, and that none takes more than. */
const FIRST = 10;
const LONGEST = 1_000;

/**
 * How long to pause before a command is decided on again: a random time of which the greatest doubles each time, from 10 ms
 * to a second. Chosen out of the whole span, so that those who met once do not meet again ("full jitter").
 *
 * @param conflicts How many there were; 1 or more.
 * @param random From 0 to below 1.
 * @returns Milliseconds.
 */
export function fullJitter(conflicts: number, random: number): number {
  return random * Math.min(LONGEST, FIRST * 2 ** (conflicts - 1));
}

/** What a caller may put in place of the pauses' length, and of its chance. */
export interface Backoff {
  readonly backoff?: ((conflicts: number, random: number) => number) | undefined;
  readonly random?: (() => number) | undefined;
}

/**
 * The milliseconds to pause, once the caller's functions have been asked.
 *
 * @param conflict The last one.
 * @param conflicts How many there were.
 * @throws {InvalidArgumentError} If `random` or `backoff` returned what is none; the conflict is the cause.
 */
export function pauseAfter(
  conflict: VersionConflictError,
  conflicts: number,
  { backoff = fullJitter, random = Math.random }: Backoff,
): number {
  const chance = random();
  if (!(isNumber(chance) && chance >= 0 && chance < 1)) {
    throw refusal(conflict, "random", chance, "a number from 0 to below 1, as Math.random does");
  }
  const milliseconds = backoff(conflicts, chance);
  if (isNumber(milliseconds) && milliseconds >= 0 && milliseconds <= MAX_BACKOFF_MS) return milliseconds;
  throw refusal(conflict, "backoff", milliseconds, `milliseconds, a number from 0 to ${MAX_BACKOFF_MS}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function refusal(cause: VersionConflictError, argument: string, returned: unknown, expected: string) {
  return new InvalidArgumentError(
    `Cannot pause before the command on "${cause.actorId}" is tried again: ${argument} returned ${quote(returned)}. ` +
      `It must return ${expected}. Nothing was stored`,
    { argument },
    { cause },
  );
}

/** Waits; resolves early when the signal is aborted. */
export function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      letGo();
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    const letGo = onAbort(signal, end);
  });
}
