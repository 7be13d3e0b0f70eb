/**
 * Whether the values of a JSON document may have a string or key that {@link parsedStringProblem} refuses. Appended
 * data never has one. A lone surrogate can only come from an escape sequence, because UTF-8 cannot carry it.
 *
 * @param json JSON that was decoded from UTF-8.
 */
export function mayHaveStringProblem(json: string): boolean {
  return json.includes("\\u") || json.includes("__proto__");
}

/**
 * The rule of event data that a string or key in a parsed JSON value breaks, if any.
 *
 * @param value The result of `JSON.parse`, of bounded depth.
 */
export function parsedStringProblem(value: unknown): string | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : LONE_SURROGATE;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    if (key === "__proto__") return "has the key __proto__, which would change a prototype when it is copied";
    const problem = parsedStringProblem(key) ?? parsedStringProblem(child);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const LONE_SURROGATE = "has a string with a lone surrogate, which UTF-8 cannot carry";
