/**
 * Throws an error in a microtask, as an uncaught exception. Used for an error that no caller and no callback receives.
 */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
