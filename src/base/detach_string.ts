/**
 * A copy of a text that shares nothing. A piece that was cut out of a larger text may keep all of that in memory: what a
 * stranger sent, and what is to be held for long, is copied.
 */
export function detachString(text: string): string {
  return text.split("").join("");
}
