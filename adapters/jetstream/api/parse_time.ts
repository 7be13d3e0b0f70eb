/** A fraction of a second with more than three digits. */
const FINER = /(\.[0-9]{3})[0-9]+/;

/** Parses a timestamp of the server, which has nanoseconds. Returns whole milliseconds since the epoch. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(FINER, "$1"));
}
