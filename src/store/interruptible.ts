import type { Operation } from "../lifecycle/operation.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/**
 * Yields the items of a driver. Fails as soon as the store is closed or the signal is aborted, even while it waits for
 * an item. It then ends the driver's iteration, but does not wait for its end.
 */
export async function* interruptible<T>(items: AsyncIterable<T>, operation: Operation): AsyncGenerator<T, void, void> {
  const { lifetime, signal } = operation;
  const iterator = items[Symbol.asyncIterator]();
  let failure: Error | undefined;
  /** Rejects the wait for the current item. One promise for the whole iteration would keep all items in memory. */
  let reject: ((failure: Error) => void) | undefined;
  const interrupt = (error: Error) => {
    failure ??= error;
    reject?.(failure);
  };
  const stopListening = onAbort(signal, () => interrupt(operation.aborted()));
  const unregister = lifetime.register(() => Promise.resolve(interrupt(operation.closed())));
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
    unregister();
    const returned = Promise.resolve(iterator.return?.());
    if (reject === undefined) await returned;
    else returned.catch(() => {}); // Not awaited: the driver may never answer.
  }
}
