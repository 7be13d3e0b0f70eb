/**
 * Encodes a string as a token of a NATS subject, or as the name of a stream: `A-Z a-z 0-9 _ -` stay, and every other
 * byte of the UTF-8 becomes `=` and two hexadecimal digits in capitals. The encoding is injective, since `=` is encoded
 * too. A token has no dot and no wildcard.
 *
 * @module
 */

/** Strings that are their own encoding. Most strings are. */
const PLAIN = /^[A-Za-z0-9_-]*$/;
const ENCODED = /^(?:[A-Za-z0-9_-]|=[0-9A-F]{2})*$/;

/** Encodes a string that has no lone surrogate. */
export function encodeToken(value: string): string {
  if (PLAIN.test(value)) return value;
  let encoded = "";
  for (const byte of new TextEncoder().encode(value)) {
    const char = String.fromCharCode(byte);
    encoded += PLAIN.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** The string that {@link encodeToken} encodes as this token; `undefined` if there is none. */
export function decodeToken(token: string): string | undefined {
  if (PLAIN.test(token)) return token;
  if (!ENCODED.test(token)) return undefined;
  try {
    const value = decodeURIComponent(token.replaceAll("=", "%"));
    return encodeToken(value) === token ? value : undefined;
  } catch {
    return undefined; // Not UTF-8.
  }
}
