/** A fraction of a second with more than three digits. */
const EXTRA_DIGITS = /(\.[0-9]{3})[0-9]+/;

/** Parses a timestamp of the server, with up to nine digits of a second. Returns whole milliseconds since the epoch. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(EXTRA_DIGITS, "$1"));
}
