/** Throws where nobody catches: an error that nobody was named for must not be lost. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
