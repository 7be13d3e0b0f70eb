/** Milliseconds before the second attempt, doubled before each further attempt. */
const FIRST_PAUSE_MS = 10;
/** The longest pause, in milliseconds. */
const MAX_PAUSE_MS = 1_000;

/**
 * The exponential backoff of this adapter.
 *
 * @param failures The number of consecutive failed attempts, from 1.
 * @returns Milliseconds to wait before the next attempt.
 */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
}
