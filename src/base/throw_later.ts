/** Throws an uncaught error in a microtask, so that an error without a handler is not lost. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
