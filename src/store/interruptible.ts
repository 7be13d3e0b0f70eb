import type { Attempt } from "../lifetime/attempt.ts";

/**
 * Gives what a driver gives, and fails as soon as the store is closed or the signal aborted, also while the driver is
 * waited for. The driver's iteration is left then, without waiting for it.
 */
export async function* interruptible<T>(items: AsyncIterable<T>, attempt: Attempt): AsyncGenerator<T, void, void> {
  const { lifetime, signal } = attempt;
  const iterator = items[Symbol.asyncIterator]();
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => {}); // It is heard in the race below, if there is one.
  const abort = () => interrupted.reject(attempt.aborted());
  const ended = lifetime.start(() => Promise.resolve(interrupted.reject(attempt.closed())));
  signal?.addEventListener("abort", abort);
  try {
    while (true) {
      const { done, value } = await Promise.race([iterator.next(), interrupted.promise]);
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    ended();
    Promise.resolve(iterator.return?.()).catch(() => {}); // What it failed with was told, or is too late to matter.
  }
}
