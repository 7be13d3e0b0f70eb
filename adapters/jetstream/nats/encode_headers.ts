/** A block of headers in bytes, as a connection of nats.js takes it. */
export interface EncodedHeaders {
  /** The block as it goes over the wire, from `NATS/1.0` to the empty line. */
  encode(): Uint8Array;
}

const encoder = new TextEncoder();

/**
 * Writes headers in the order given. Values are visible ASCII and spaces.
 *
 * @param lines Headers that come before them, as they are to be written, each with its end of line.
 */
export function encodeHeaders(
  pairs: readonly (readonly [name: string, value: string | number])[],
  lines = "",
): EncodedHeaders {
  let block = `NATS/1.0\r\n${lines}`;
  for (const [name, value] of pairs) block += `${name}: ${value}\r\n`;
  const bytes = encoder.encode(`${block}\r\n`);
  return { encode: () => bytes };
}
