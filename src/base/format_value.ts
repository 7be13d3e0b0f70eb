/** Maximum characters of a formatted value. Longer values are truncated. */
const MAX_SHOWN = 400;

/**
 * Formats a value for an error message: on one line, like JSON. Values that JSON does not have, such as `undefined`,
 * functions, errors and maps, get a notation of their own. A long result is truncated. Does not throw, for values with
 * members that throw either.
 */
export function formatValue(value: unknown): string {
  try {
    const formatted = formatAny(value, []);
    const { length } = formatted;
    return length > MAX_SHOWN ? `${formatted.slice(0, MAX_SHOWN)}… (${length} characters)` : formatted;
  } catch {
    return `${typeof value === "object" ? "an object" : `a ${typeof value}`} that cannot be formatted`;
  }
}

/** Returns the message of a thrown error. Formats any other value, as {@link formatValue}. Does not throw. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error && typeof error.message === "string") return error.message;
  } catch {
    // A member of the value has thrown.
  }
  return formatValue(error);
}

/** @param ancestors The objects that contain the value. */
function formatAny(value: unknown, ancestors: readonly object[]): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "object":
      if (value === null) return "null";
      return ancestors.includes(value) ? "a cycle" : formatObject(value, [...ancestors, value]);
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

function formatObject(value: object, ancestors: readonly object[]): string {
  if (value instanceof Map || value instanceof Set) {
    return `${value.constructor.name} ${formatObject([...value], ancestors)}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => formatAny(item, ancestors)).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, property]) => `${key}: ${formatAny(property, ancestors)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}
