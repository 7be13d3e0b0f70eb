/**
 * A copy of a string that shares no memory. A substring may keep its whole source in memory. Strings from other
 * processes and long-lived strings are therefore copied.
 */
export function detachString(text: string): string {
  return text.split("").join("");
}
