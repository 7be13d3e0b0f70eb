/**
 * Copies a string so that the copy shares no memory with it. JavaScript engines may keep the whole string in memory
 * while a substring of it exists. Callers therefore copy strings that they keep for long, and strings from other
 * processes.
 */
export function detachString(string: string): string {
  return string.split("").join("");
}
