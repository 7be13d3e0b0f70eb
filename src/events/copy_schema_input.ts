/**
 * Copies the data of a new event for its schema, so that each getter is called once. A schema may return objects of its
 * input: a second read could give a value that the schema did not validate.
 *
 * Plain objects and arrays are copied. Other objects, such as dates, are passed as they are, because a schema may
 * transform them. `freezeJson` refuses them if the schema returns them. `freezeJson` cannot make this copy: it refuses
 * every value that is not JSON, and its copy is frozen.
 *
 * @module
 */
import { isPlainPrototype } from "../base/is_plain_prototype.ts";
import { MAX_DATA_DEPTH } from "../base/limits.ts";
import { InvalidEventError } from "../errors/invalid_event_error.ts";

const { getPrototypeOf, hasOwn } = Object;
const { slice } = Array.prototype;

/**
 * Copies the plain objects and arrays of a value. The schema may change the copy.
 *
 * @param path The name of the value in errors, such as `events[0].data`.
 * @param limit Maximum number of copied values. Beyond this number, and deeper than {@link MAX_DATA_DEPTH}, the
 * copy refers to the original objects. `freezeJson` refuses output of that size or depth.
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
  if (Array.isArray(value)) return copyItems(slice.call(value), depth, budget);
  // A spread copies `__proto__` as a key, and does not visit inherited keys.
  return isPlainPrototype(getPrototypeOf(value)) ? copyProperties({ ...value }, depth, budget) : value;
}

/** Replaces the objects in a shallow copy by their copies. */
function copyProperties(shallow: Record<string, unknown>, depth: number, budget: { left: number }): object {
  budget.left--;
  for (const key in shallow) {
    budget.left--;
    const property = shallow[key];
    if (typeof property !== "object" || property === null || !hasOwn(shallow, key)) continue;
    shallow[key] = copy(property, depth + 1, budget);
  }
  return shallow;
}

function copyItems(shallow: unknown[], depth: number, budget: { left: number }): unknown[] {
  budget.left -= shallow.length + 1;
  for (let i = 0; i < shallow.length; i++) {
    const item = shallow[i];
    if (typeof item === "object" && item !== null) shallow[i] = copy(item, depth + 1, budget);
  }
  return shallow;
}
