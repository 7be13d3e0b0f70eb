import { onAbort } from "./on_abort.ts";
import type { Operation } from "./operation.ts";

/**
 * Runs work, and rejects as soon as the signal of its operation is aborted or its store is closed, even if the work
 * never ends.
 *
 * @param work Receives a signal that is then aborted.
 * @throws {AbortError} If the signal was aborted.
 * @throws {ClosedError} If the store was closed.
 */
export async function runInterruptible<T>(work: (signal: AbortSignal) => Promise<T>, operation: Operation): Promise<T> {
  const { lifetime, signal } = operation;
  const stop = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const interrupt = (error: Error) => {
    reject(error);
    stop.abort(error);
  };
  const removeAbortListener = onAbort(signal, () => interrupt(operation.aborted()));
  const unregister = lifetime.register(() => Promise.resolve(interrupt(operation.closed())));
  try {
    work(stop.signal).then(resolve, reject);
    return await promise;
  } finally {
    removeAbortListener();
    unregister();
  }
}
