/** The functions to call when a signal is aborted. */
const waiting: WeakMap<AbortSignal, { readonly calls: Set<() => void>; readonly listener: () => void }> = new WeakMap();

/**
 * Calls a function once when a signal is aborted. All functions of one signal share one listener, because a runtime
 * searches all listeners of a signal whenever one is added.
 *
 * @returns Removes the listener from the signal.
 */
export function onAbort(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined) return () => {};
  const { calls, listener } = waiting.get(signal) ?? listenTo(signal);
  calls.add(call);
  return () => {
    if (!calls.delete(call) || calls.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", listener);
  };
}

function listenTo(signal: AbortSignal): { readonly calls: Set<() => void>; readonly listener: () => void } {
  const calls: Set<() => void> = new Set();
  const listener = () => {
    for (const call of [...calls]) call();
  };
  signal.addEventListener("abort", listener);
  const entry = { calls, listener };
  waiting.set(signal, entry);
  return entry;
}
