const ROOT = Object.prototype;

/**
 * Returns the first enumerable property name of an object that is not known; `undefined` if all are known. A name that
 * a program added to `Object.prototype` does not count, because every object inherits it.
 */
export function unknownName(value: object, known: ReadonlySet<string>): string | undefined {
  for (const name in value) {
    if (!known.has(name) && (!(name in ROOT) || Object.hasOwn(value, name))) return name;
  }
  return undefined;
}
