/**
 * Copies the data of a new event for its schema, so that each getter is called once. A schema may return objects of its
 * input: a second read could give a value that the schema did not validate.
 *
 * Plain objects and arrays are copied. Other objects, such as dates, are passed as they are, because a schema may
 * transform them. `freezeJson` refuses them if the schema returns them.
 *
 * @module
 */
import { MAX_DATA_DEPTH } from "../base/limits.ts";
import { InvalidEventError } from "../errors/invalid_event_error.ts";

const { prototype: ROOT, getPrototypeOf, hasOwn, defineProperty } = Object;

/**
 * Copies the plain objects and arrays of a value. The schema may change the copy.
 *
 * @param path The name of the value in errors, such as `events[0].data`.
 * @param limit Maximum number of copied values. Beyond it, and deeper than {@link MAX_DATA_DEPTH}, the copy has the
 * objects of the value itself. `freezeJson` refuses output of that size or depth.
 * @throws {InvalidEventError} If a getter, or a trap of a proxy, throws.
 */
export function copySchemaInput(value: unknown, path: string, limit: number): unknown {
  try {
    return copy(value, 0, { left: limit });
  } catch (cause) {
    throw new InvalidEventError(`${path} cannot be read: reading an object in it throws`, { path }, { cause });
  }
}

function copy(value: unknown, depth: number, budget: { left: number }): unknown {
  if (typeof value !== "object" || value === null || depth >= MAX_DATA_DEPTH || budget.left <= 0) return value;
  if (Array.isArray(value)) {
    const { length } = value;
    budget.left -= length + 1;
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(copy(value[i], depth + 1, budget));
    return items;
  }
  const prototype = getPrototypeOf(value);
  if (prototype === ROOT || prototype === null) return copyPlain(value, depth, budget);
  // A plain object of another realm, see `freezeJson`.
  return getPrototypeOf(prototype) === null ? copyPlain({ ...value }, depth, budget) : value;
}

function copyPlain(value: object, depth: number, budget: { left: number }): object {
  budget.left--;
  const result: Record<string, unknown> = {};
  for (const key in value) {
    if (!hasOwn(value, key)) continue;
    budget.left--;
    const property = copy((value as Readonly<Record<string, unknown>>)[key], depth + 1, budget);
    if (key !== "__proto__") result[key] = property;
    else defineProperty(result, key, { value: property, enumerable: true, configurable: true, writable: true });
  }
  return result;
}
