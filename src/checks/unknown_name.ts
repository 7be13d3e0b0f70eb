const ROOT = Object.prototype;

/**
 * Finds an enumerable name of an object that is not known. A name that a program added to `Object.prototype`, so that
 * every object inherits it, does not count.
 */
export function unknownName(value: object, known: ReadonlySet<string>): string | undefined {
  for (const name in value) {
    if (!known.has(name) && (!(name in ROOT) || Object.hasOwn(value, name))) return name;
  }
  return undefined;
}
