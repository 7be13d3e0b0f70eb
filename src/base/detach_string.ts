/**
 * A copy of a string that shares no memory. A substring may keep its whole source in memory, so that strings from other
 * processes and strings that are held for long are copied.
 */
export function detachString(text: string): string {
  return text.split("").join("");
}
