/** An object of accessors, which count how often each is read. */
export function counting<T extends object>(
  values: T,
): { readonly options: T; readonly reads: Readonly<Record<string, number>> } {
  const reads: Record<string, number> = {};
  const options = {};
  for (const [name, value] of Object.entries(values)) {
    reads[name] = 0;
    Object.defineProperty(options, name, { enumerable: true, get: () => (reads[name]!++, value) });
  }
  return { options: options as T, reads };
}
