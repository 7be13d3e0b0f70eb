/** Maximum characters of a formatted value. Longer values are truncated. */
const MAX_SHOWN = 400;

/**
 * Formats a value for an error message: on one line, like JSON. Values that JSON does not have, such as `undefined`,
 * functions, errors and maps, get a notation of their own. A long result is truncated.
 */
export function formatValue(value: unknown): string {
  const formatted = formatAny(value, []);
  const { length } = formatted;
  return length > MAX_SHOWN ? `${formatted.slice(0, MAX_SHOWN)}… (${length} characters)` : formatted;
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
