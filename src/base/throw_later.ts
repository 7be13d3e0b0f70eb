/** Throws an error in a microtask, as an uncaught exception, so that an error without a handler is not lost. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
