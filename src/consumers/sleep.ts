import type { Environment } from "../coordination/environment.ts";
import { onAbort } from "../lifecycle/on_abort.ts";

/** Milliseconds, 23 days: below the maximum delay of a timer of the runtime. */
const LONGEST_TIMER = 2_000_000_000;

/** Waits. Resolves early when the signal is aborted. */
export async function sleep(
  environment: Pick<Environment, "schedule">,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  for (let left = milliseconds; left >= 0 && !signal.aborted; left -= LONGEST_TIMER) {
    const over = Promise.withResolvers<void>();
    const release = onAbort(signal, over.resolve);
    const cancel = environment.schedule(Math.min(left, LONGEST_TIMER), over.resolve);
    await over.promise;
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
