/**
 * Freezes a value in place, all the way down. For what `JSON.parse` returned, which nobody else holds.
 *
 * @param value Plain JSON; nesting is what the parser took.
 * @returns The same value.
 */
export function freezeParsed<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) freezeParsed((value as Record<string, unknown>)[key]);
    Object.freeze(value);
  }
  return value;
}
