import { isPlainPrototype } from "../base/is_plain_prototype.ts";

/** Freezes a state in place, and returns it. */
export type FreezeState = <T>(value: T) => T;

/**
 * Freezes plain objects and arrays in place, deeply. It skips a `Map`, a `Set`, any other class instance and an object
 * that is already frozen, with their contents. If a state shares parts with the previous state, only its new parts are
 * visited.
 */
export function freezePlain<T>(value: T): T {
  return freeze(value, false);
}

/**
 * Freezes as {@link freezePlain} does, and also each `Map` and `Set`, with its contents. The methods of a frozen `Map` or
 * `Set` that change it throw a `TypeError`.
 */
export function freezeWithCollections<T>(value: T): T {
  return freeze(value, true);
}

function freeze<T>(value: T, includesCollections: boolean): T {
  if (!isUnfrozen(value, includesCollections)) return value;
  // An explicit stack: a state may be nested deeper than the call stack allows.
  const pending: object[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const collection = includesCollections && isCollection(next) ? next : undefined;
    for (const part of partsOf(next, collection)) if (isUnfrozen(part, includesCollections)) pending.push(part);
    if (collection !== undefined) refuseChanges(collection);
    Object.freeze(next); // Frozen after the iteration: engines iterate slowly over a frozen array.
  }
  return value;
}

function isUnfrozen(value: unknown, includesCollections: boolean): value is object {
  return typeof value === "object" && value !== null && Object.isExtensible(value) &&
    (isPlain(value) || (includesCollections && isCollection(value)));
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || isPlainPrototype(Object.getPrototypeOf(value));
}

type Collection = Map<unknown, unknown> | Set<unknown>;

function isCollection(value: object): value is Collection {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Map.prototype || prototype === Set.prototype;
}

function partsOf(value: object, collection: Collection | undefined): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (collection === undefined) return Object.values(value);
  return collection instanceof Map ? [...collection].flat() : [...collection];
}

/** The methods of `Map` and `Set` that change the object. */
const CHANGES = ["set", "add", "delete", "clear", "getOrInsert", "getOrInsertComputed"];

/** Hides the methods that change a collection. Copies of the collection have these methods again. */
function refuseChanges(collection: Collection): void {
  const name = collection instanceof Map ? "Map" : "Set";
  for (const change of CHANGES) {
    if (!(change in collection)) continue;
    const refuse = () => {
      throw new TypeError(
        `Cannot call ${change} of a ${name} in the state of a hosted actor: it is frozen. Copy it first`,
      );
    };
    Object.defineProperty(collection, change, { value: refuse });
  }
}
