/**
 * Deep-freezes a value in place. It is for a result of `JSON.parse`, to which no other code has a reference.
 *
 * @param value The result of `JSON.parse`, or a part of it.
 * @param levels The maximum depth of objects and arrays.
 * @returns The rule that the value breaks: depth, or finite numbers. `undefined` if it is frozen deeply.
 */
export function freezeParsed(value: unknown, levels: number): string | undefined {
  // JSON has no infinite numbers, but 1e400 is parsed as one.
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "has a number that is not finite";
  if (typeof value !== "object" || value === null) return undefined;
  if (levels === 0) return "is nested too deep";
  for (const child of Object.values(value)) {
    const problem = freezeParsed(child, levels - 1);
    if (problem !== undefined) return problem;
  }
  Object.freeze(value);
  return undefined;
}
