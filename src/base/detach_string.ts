/**
 * Copies a string so that the copy shares no memory with it. A substring may keep its whole source in memory. Callers
 * therefore copy long-lived strings and strings from other processes.
 */
export function detachString(text: string): string {
  return text.split("").join("");
}
