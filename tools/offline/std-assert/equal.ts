/**
 * The deep equality behind assertEquals, with the verdicts of `@std/assert`: `NaN` equals itself, `0` equals `-0`, a
 * property that is `undefined` differs from one that is absent, an object without prototype equals a plain one,
 * functions and symbols are compared by identity, and instances of a class also by the getters they inherit.
 */
export function equal(a: unknown, b: unknown): boolean {
  return new Comparison().holds(a, b);
}

class Comparison {
  /** Pairs that are being compared further up: meeting one again means a cycle that has not differed so far. */
  readonly #underway: Map<object, object> = new Map();

  holds(a: unknown, b: unknown): boolean {
    if (a === b || Object.is(a, b)) return true;
    if (!isObject(a) || !isObject(b) || !sameKind(a, b)) return false;
    if (this.#underway.get(a) === b) return true;
    if (a instanceof WeakMap || a instanceof WeakSet) throw new TypeError(`Cannot compare ${a[Symbol.toStringTag]}s`);
    if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
    if (isComparedAsText(a)) return String(a) === String(b);
    const elements = elementsOf(a);
    if (elements !== undefined) return this.#sequencesHold(elements, elementsOf(b)!);
    if (Object.keys(a).length !== Object.keys(b).length) return false;
    this.#underway.set(a, b);
    const held = this.#partsHold(a, b);
    if (!held) this.#underway.delete(a);
    return held;
  }

  #partsHold(a: object, b: object): boolean {
    if (a instanceof WeakRef) return this.holds(a.deref(), (b as WeakRef<WeakKey>).deref());
    if (a instanceof Map) return this.#entriesHold([...a], [...(b as Map<unknown, unknown>)]);
    if (a instanceof Set) return this.#entriesHold([...a], [...(b as Set<unknown>)]);
    return this.#propertiesHold(a, b);
  }

  #sequencesHold(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
    return a.length === b.length && Array.from(a).every((item, index) => this.holds(item, b[index]));
  }

  /** Maps and sets have no order: every entry of `a` needs an equal one in `b`. */
  #entriesHold(a: unknown[], b: unknown[]): boolean {
    return a.length === b.length && a.every((entry) => b.some((other) => this.holds(entry, other)));
  }

  #propertiesHold(a: object, b: object): boolean {
    for (const key of new Set([...comparedKeys(a), ...comparedKeys(b)])) {
      if (key in a !== key in b) return false;
      if (!this.holds(Reflect.get(a, key), Reflect.get(b, key))) return false;
    }
    return true;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function sameKind(a: object, b: object): boolean {
  return (Object.getPrototypeOf(a) ?? Object.prototype) === (Object.getPrototypeOf(b) ?? Object.prototype);
}

/** Their text says all there is to them, and their properties say nothing. */
function isComparedAsText(value: object): boolean {
  return value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams;
}

/** The elements of binary data, which are compared one by one; undefined for everything else. */
function elementsOf(value: object): ArrayLike<unknown> | undefined {
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? value as Uint8Array : undefined;
}

function comparedKeys(value: object): PropertyKey[] {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || prototype === Array.prototype) {
    return Reflect.ownKeys({ ...value });
  }
  const keys: PropertyKey[] = [];
  for (let owner = value; owner !== null && owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    keys.push(...Reflect.ownKeys(owner));
  }
  return keys;
}
