/** Milliseconds between two calls of a probe. */
const INTERVAL_MS = 10;

/** Milliseconds of the default time limit. It exceeds each expected wait, also on a busy machine. */
const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Calls `probe` until it returns a value other than `undefined` or `false`, and returns that value.
 *
 * @param isCancelled Ends the polling when it returns `true`.
 * @returns `undefined` after the time limit, or if the polling was cancelled.
 */
export async function poll<T>(
  probe: () => Promise<T | false | undefined>,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
  isCancelled: () => boolean = () => false,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !isCancelled()) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  return undefined;
}
