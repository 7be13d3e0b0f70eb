import { onAbort } from "./on_abort.ts";
import type { Operation } from "./operation.ts";

/**
 * Waits for work until it ends, the signal of its operation is aborted, or its store is closed. In the last two cases
 * it does not wait for the work to end.
 *
 * @param work Receives a signal that is aborted in both cases.
 * @throws {AbortError} If the signal was aborted.
 * @throws {ClosedError} If the store was closed.
 */
export async function interrupted<T>(work: (signal: AbortSignal) => Promise<T>, operation: Operation): Promise<T> {
  const { lifetime, signal } = operation;
  const stop = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const interrupt = (error: Error) => {
    reject(error);
    stop.abort(error);
  };
  const release = onAbort(signal, () => interrupt(operation.aborted()));
  const ended = lifetime.start(() => Promise.resolve(interrupt(operation.closed())));
  try {
    work(stop.signal).then(resolve, reject);
    return await promise;
  } finally {
    release();
    ended();
  }
}
