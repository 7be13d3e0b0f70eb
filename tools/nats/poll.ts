const INTERVAL_MS = 10;

/** Polls `probe` until it returns something. Undefined if the deadline comes first, or `givenUp` says yes. */
export async function poll<T>(
  probe: () => Promise<T | undefined>,
  timeoutMs: number,
  givenUp: () => boolean = () => false,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !givenUp()) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  return undefined;
}
