import { onAbort } from "../lifecycle/on_abort.ts";

/**
 * Yields the items of an iterable. Ends at once when the signal is aborted, and does not wait until the iterable has
 * released its resources.
 */
export async function* iterateUntilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  /**
   * Ends the wait for the next item. Each wait has its own promise: one promise for all waits would keep them in
   * memory.
   */
  let endWait: (() => void) | undefined;
  const release = onAbort(signal, () => endWait?.());
  try {
    while (!signal.aborted) {
      const wait = Promise.withResolvers<IteratorResult<T> | undefined>();
      endWait = () => wait.resolve(undefined);
      iterator.next().then(wait.resolve, wait.reject);
      const next = await wait.promise;
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    release();
    // The iteration has ended: no caller waits for an error of the cleanup.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
