const INTERVAL_MS = 10;

/** Far more than anything takes that is waited for, on a busy machine too. */
const PATIENCE_MS = 60_000;

/**
 * Polls `probe` until it returns something else than `undefined` or `false`. Undefined if the deadline comes first, or
 * `givenUp` says yes.
 */
export async function poll<T>(
  probe: () => Promise<T | false | undefined>,
  timeoutMs: number = PATIENCE_MS,
  givenUp: () => boolean = () => false,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !givenUp()) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  return undefined;
}
