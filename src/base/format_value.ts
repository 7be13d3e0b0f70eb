const SHOWN = 400;

/**
 * A value as the failure of a test shows it: like JSON on one line, with notations for values that JSON lacks, and
 * truncated if it is long.
 */
export function formatValue(value: unknown): string {
  const text = toText(value, []);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
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

function objectToText(value: object, within: readonly object[]): string {
  if (value instanceof Map || value instanceof Set) {
    return `${value.constructor.name} ${objectToText([...value], within)}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => toText(item, within)).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, property]) => `${key}: ${toText(property, within)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}
