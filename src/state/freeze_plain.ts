import { isPlainPrototype } from "../base/is_plain_prototype.ts";

/**
 * Freezes plain objects and arrays in place, deeply. It skips a `Map`, a `Set`, any other class instance and an object
 * that is already frozen, with their contents. If a state shares parts with the previous state, only its new parts are
 * visited.
 */
export function freezePlain<T>(value: T): T {
  if (!isUnfrozen(value)) return value;
  // An explicit stack: a state may be nested deeper than the call stack allows.
  const pending: object[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const parts: unknown[] = Array.isArray(next) ? next : Object.values(next);
    for (const part of parts) if (isUnfrozen(part)) pending.push(part);
    Object.freeze(next); // Frozen after the iteration: engines iterate slowly over a frozen array.
  }
  return value;
}

function isUnfrozen(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.isExtensible(value) && isPlain(value);
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || isPlainPrototype(Object.getPrototypeOf(value));
}
