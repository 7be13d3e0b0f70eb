import type { Attempt } from "../lifetime/attempt.ts";
import { onAbort } from "../lifetime/on_abort.ts";

/**
 * Gives what a driver gives, and fails as soon as the store is closed or the signal aborted, also while the driver is
 * waited for. The driver's iteration is left then, without waiting for it.
 */
export async function* interruptible<T>(items: AsyncIterable<T>, attempt: Attempt): AsyncGenerator<T, void, void> {
  const { lifetime, signal } = attempt;
  const iterator = items[Symbol.asyncIterator]();
  const interrupted = Promise.withResolvers<never>();
  interrupted.promise.catch(() => {}); // It is heard in the race below, if there is one.
  const letGo = onAbort(signal, () => interrupted.reject(attempt.aborted()));
  const ended = lifetime.start(() => Promise.resolve(interrupted.reject(attempt.closed())));
  let isWaiting = false;
  try {
    while (true) {
      isWaiting = true;
      const { done, value } = await Promise.race([iterator.next(), interrupted.promise]);
      isWaiting = false;
      if (done) return;
      yield value;
    }
  } finally {
    letGo();
    ended();
    const left = Promise.resolve(iterator.return?.());
    if (isWaiting) left.catch(() => {}); // The driver may never answer, and what it failed with was told.
    else await left;
  }
}
