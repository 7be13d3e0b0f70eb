/** The digits of a second after the milliseconds. */
const FINER = /(\.[0-9]{3})[0-9]+/;

/** Reads a server's time, which has nanoseconds: milliseconds since the epoch. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(FINER, "$1"));
}
