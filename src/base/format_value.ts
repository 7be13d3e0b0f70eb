/** Characters of a formatted value, at most. Longer values are truncated. */
const MAX_SHOWN = 400;

/**
 * Formats a value for the failure message of a test: on one line, like JSON, with other notations for values that JSON
 * lacks. A long result is truncated.
 */
export function formatValue(value: unknown): string {
  const text = toText(value, []);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
}

/** @param ancestors The objects that contain the value. */
function toText(value: unknown, ancestors: readonly object[]): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "object":
      if (value === null) return "null";
      return ancestors.includes(value) ? "a cycle" : objectToText(value, [...ancestors, value]);
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

function objectToText(value: object, ancestors: readonly object[]): string {
  if (value instanceof Map || value instanceof Set) {
    return `${value.constructor.name} ${objectToText([...value], ancestors)}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => toText(item, ancestors)).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, property]) => `${key}: ${toText(property, ancestors)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}
