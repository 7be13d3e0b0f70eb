import { isPlainPrototype } from "../base/is_plain_prototype.ts";
import { quote } from "../base/quote.ts";
import { pathStep } from "../base/path_step.ts";

/** The path at which two values first differ, and the two values at this path. A missing value is `undefined`. */
export interface Difference {
  /** The path, such as `state.items[2].price`. */
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/**
 * Finds the first difference of two values. Plain objects, arrays, maps, sets and dates are compared by content; the
 * order of keys and of set members does not count. A property that is `undefined` counts as absent. Other values are
 * compared with `Object.is`.
 *
 * @param path The name of the compared values, such as `state`. The path of a difference begins with it.
 */
export function firstDifference(left: unknown, right: unknown, path: string): Difference | undefined {
  if (Object.is(left, right)) return undefined;
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return { path, left, right };
  // A cycle leads back to a pair that is being compared: it adds no difference.
  if (comparing.some(([a, b]) => a === left && b === right)) return undefined;
  comparing.push([left, right]);
  try {
    return differenceOf(kind, left, right, path);
  } finally {
    comparing.pop();
  }
}

/** The pairs of objects that are being compared, from the outermost. */
const comparing: [left: unknown, right: unknown][] = [];

function differenceOf(kind: Kind, left: unknown, right: unknown, path: string): Difference | undefined {
  switch (kind) {
    case "array":
      return arrayDifference(left as unknown[], right as unknown[], path);
    case "map":
      return mapDifference(left as Map<unknown, unknown>, right as Map<unknown, unknown>, path);
    case "set":
      return setDifference(left as Set<unknown>, right as Set<unknown>, path);
    case "date":
      return Object.is((left as Date).getTime(), (right as Date).getTime()) ? undefined : { path, left, right };
    case "object":
      return objectDifference(left as Properties, right as Properties, path);
    default:
      return { path, left, right };
  }
}

type Properties = Readonly<Record<string, unknown>>;

type Kind = "array" | "map" | "set" | "date" | "object" | "other";

function kindOf(value: unknown): Kind {
  if (typeof value !== "object" || value === null) return "other";
  if (Array.isArray(value)) return "array";
  if (value instanceof Map) return "map";
  if (value instanceof Set) return "set";
  if (value instanceof Date) return "date";
  // An object without own properties, such as a URL, is compared by identity.
  return isPlain(value) || Object.keys(value).length > 0 ? "object" : "other";
}

function arrayDifference(left: readonly unknown[], right: readonly unknown[], path: string): Difference | undefined {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const at = path + pathStep(i);
    const difference = i >= left.length || i >= right.length
      ? { path: at, left: left[i], right: right[i] }
      : firstDifference(left[i], right[i], at);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function objectDifference(left: Properties, right: Properties, path: string): Difference | undefined {
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const difference = firstDifference(ownProperty(left, key), ownProperty(right, key), `${path}${pathStep(key)}`);
    if (difference !== undefined) return difference;
  }
  return Object.getPrototypeOf(left) === Object.getPrototypeOf(right) || isPlain(left) && isPlain(right)
    ? undefined
    : { path, left, right };
}

function mapDifference(
  left: Map<unknown, unknown>,
  right: Map<unknown, unknown>,
  path: string,
): Difference | undefined {
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const at = `${path}.get(${quote(key)})`;
    const difference = left.has(key) && right.has(key)
      ? firstDifference(left.get(key), right.get(key), at)
      : { path: at, left: left.get(key), right: right.get(key) };
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function setDifference(left: Set<unknown>, right: Set<unknown>, path: string): Difference | undefined {
  const difference = [...left.symmetricDifference(right)];
  if (difference.length === 0) return undefined;
  // Two equal objects are different members of sets: such members are compared in order.
  return arrayDifference([...left.difference(right)], [...right.difference(left)], path);
}

function ownProperty(value: Properties, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function isPlain(value: object): boolean {
  return isPlainPrototype(Object.getPrototypeOf(value));
}
