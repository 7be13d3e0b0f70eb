import type { Environment } from "../coordination/environment.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/** Milliseconds (23 days): a delay that a timer of the runtime accepts. A longer wait needs several timers. */
const LONGEST_TIMER = 2_000_000_000;

/** Waits for a time. Resolves early when the signal is aborted. */
export async function sleep(
  environment: Pick<Environment, "schedule">,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  for (let left = milliseconds; left >= 0 && !signal.aborted; left -= LONGEST_TIMER) {
    const timeout = Promise.withResolvers<void>();
    const release = onAbort(signal, timeout.resolve);
    const cancel = environment.schedule(Math.min(left, LONGEST_TIMER), timeout.resolve);
    await timeout.promise;
    release();
    cancel();
  }
}

/** Waits until a signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else onAbort(signal, resolve);
  });
}
