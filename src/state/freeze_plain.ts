/** Freezes plain objects and arrays in place, all the way down; what is in anything else is left as it is. */
export function freezePlain<T>(value: T): T {
  const seen: Set<object> = new Set();
  // A stack of its own: what is too deep for JSON must not be too deep for this.
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== "object" || next === null || seen.has(next) || !isPlain(next)) continue;
    seen.add(next);
    for (const part of Object.values(next)) if (typeof part === "object") left.push(part);
    Object.freeze(next);
  }
  return value;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
