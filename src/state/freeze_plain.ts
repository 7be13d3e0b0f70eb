/** Freezes plain objects and arrays in place, all the way down; what is in anything else is left as it is. */
export function freezePlain<T>(value: T): T {
  freezeAll(value, new Set());
  return value;
}

function freezeAll(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain && !Array.isArray(value)) return;
  seen.add(value);
  for (const part of Object.values(value)) freezeAll(part, seen);
  Object.freeze(value);
}
