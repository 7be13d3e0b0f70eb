import type { BackendOptions } from "../../adapter.ts";

/**
 * Makes of the user's `onError` what is told what nobody waits for and somebody has to know. Without it, nobody is: as a
 * message of anybody's may be what is wrong, that must not end the process.
 */
export function reportTo(onError: BackendOptions["onError"]): (error: Error) => void {
  return (error) => {
    try {
      onError?.(error, undefined);
    } catch (failure) {
      // As whatever else it throws.
      queueMicrotask(() => {
        throw failure;
      });
    }
  };
}
