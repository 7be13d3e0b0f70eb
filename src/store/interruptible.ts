import type { Operation } from "../lifecycle/operation.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/**
 * Yields the items of a driver. Fails as soon as the store is closed or the signal is aborted, also while it waits for
 * an item. It then leaves the driver's iteration without waiting for it.
 */
export async function* interruptible<T>(items: AsyncIterable<T>, attempt: Operation): AsyncGenerator<T, void, void> {
  const { lifetime, signal } = attempt;
  const iterator = items[Symbol.asyncIterator]();
  let failure: Error | undefined;
  /** Rejects only the wait for the next item. One promise for the whole iteration would keep all items in memory. */
  let reject: ((failure: Error) => void) | undefined;
  const interrupt = (error: Error) => {
    failure ??= error;
    reject?.(failure);
  };
  const stopListening = onAbort(signal, () => interrupt(attempt.aborted()));
  const ended = lifetime.start(() => Promise.resolve(interrupt(attempt.closed())));
  try {
    while (true) {
      if (failure !== undefined) throw failure;
      const wait = Promise.withResolvers<IteratorResult<T>>();
      reject = wait.reject;
      Promise.resolve(iterator.next()).then(wait.resolve, wait.reject);
      const { done, value } = await wait.promise;
      reject = undefined;
      if (done) return;
      yield value;
    }
  } finally {
    stopListening();
    ended();
    const left = Promise.resolve(iterator.return?.());
    if (reject === undefined) await left;
    else left.catch(() => {}); // The driver may never answer, and this iteration has already failed.
  }
}
