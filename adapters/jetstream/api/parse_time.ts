/** Digits of a second after those that are milliseconds. */
const FINER = /(\.[0-9]{3})[0-9]+/;

/** Reads a time as servers write it, to the nanosecond: milliseconds since the epoch. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(FINER, "$1"));
}
