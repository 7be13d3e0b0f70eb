import { onAbort } from "../lifecycle/on_abort.ts";

/**
 * Gives the items of an iteration, and ends at once when the signal is aborted. It does not wait until the iteration has
 * released what it holds.
 */
export async function* iterateUntil<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  /** Ends the wait for the next item, and only that one: one promise for the whole iteration would keep all waits. */
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
    // The signal has ended the iteration: an error after that concerns no caller.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
