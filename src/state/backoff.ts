import { onAbort } from "../lifetime/on_abort.ts";

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
