import { MAX_DATA_DEPTH } from "../base/limits.ts";

/** Event data, and what stands around it in a stored commit. */
const MAX_STORED_DEPTH = MAX_DATA_DEPTH + 4;

/**
 * Deep-freezes a value in place. It is for a result of `JSON.parse`, to which no other code has a reference.
 *
 * @param value Plain JSON.
 * @returns The same value.
 * @throws {TypeError} If it is nested deeper than anything that was ever stored.
 */
export function freezeParsed<T>(value: T, depth = 0): T {
  if (!isObject(value)) return value;
  if (depth > MAX_STORED_DEPTH) throw new TypeError(`it is nested more than ${MAX_STORED_DEPTH} deep`);
  for (const child of Object.values(value)) if (isObject(child)) freezeParsed(child, depth + 1);
  return Object.freeze(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
