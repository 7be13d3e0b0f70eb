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
  if (levels === 0) return "is nested too deeply";
  const problem = Array.isArray(value) ? freezeItems(value, levels - 1) : freezeMembers(value, levels - 1);
  if (problem === undefined) Object.freeze(value);
  return problem;
}

function freezeItems(items: readonly unknown[], levels: number): string | undefined {
  for (const item of items) {
    const problem = freezeParsed(item, levels);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Freezes the members of an object. `Object.values` would allocate an array for each object. */
function freezeMembers(object: object, levels: number): string | undefined {
  for (const name in object) {
    const member = (object as Readonly<Record<string, unknown>>)[name];
    if (typeof member === "number" ? Number.isFinite(member) : typeof member !== "object" || member === null) continue;
    // Other code may have added members to Object.prototype.
    if (!Object.hasOwn(object, name)) continue;
    const problem = freezeParsed(member, levels);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
