import { onAbort } from "../lifecycle/on_abort.ts";

/**
 * Yields the items of an iteration, and ends at once when the signal is aborted, without waiting until the iteration
 * has released its resources.
 */
export async function* iterateUntil<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  /** Ends the current wait. A promise for the whole iteration would keep all waits in memory. */
  let end: (() => void) | undefined;
  const release = onAbort(signal, () => end?.());
  try {
    while (!signal.aborted) {
      const wait = Promise.withResolvers<IteratorResult<T> | undefined>();
      end = () => wait.resolve(undefined);
      iterator.next().then(wait.resolve, wait.reject);
      const next = await wait.promise;
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    release();
    // The signal has ended the iteration: no caller needs a later error.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
