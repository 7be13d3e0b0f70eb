/**
 * Waits for a promise, at most until the signal is aborted.
 *
 * @throws The reason of the signal, if it is aborted.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  promise.catch(() => {}); // The promise may reject after the caller has stopped waiting.
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Waits for a number of milliseconds.
 *
 * @throws The reason of the signal, if it is aborted.
 */
export async function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  try {
    await abortable(over.promise, signal);
  } finally {
    clearTimeout(timer);
  }
}
