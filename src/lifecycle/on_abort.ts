/** The functions to call when a signal is aborted, and the listener that calls them. */
const entries: WeakMap<AbortSignal, { readonly calls: Set<() => void>; readonly listener: () => void }> = new WeakMap();

/**
 * Calls a function once when a signal is aborted. All functions of one signal share one listener: adding a
 * listener takes time proportional to the number of listeners.
 *
 * @returns A function that cancels the call.
 */
export function onAbort(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined) return () => {};
  const { calls, listener } = entries.get(signal) ?? listenTo(signal);
  calls.add(call);
  return () => {
    if (!calls.delete(call) || calls.size > 0) return;
    entries.delete(signal);
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
  entries.set(signal, entry);
  return entry;
}
