import { encodeUtf8 } from "../util/encode_utf8.ts";

/** Headers as bytes, in the form that a connection of nats.js accepts. */
export interface EncodedHeaders {
  /** The bytes on the wire, from `NATS/1.0` to the empty line. */
  encode(): Uint8Array;
}

/**
 * Encodes headers in the given order. Values are visible ASCII and spaces.
 *
 * @param lines Encoded headers to put before the pairs, each with its end of line.
 */
export function encodeHeaders(
  pairs: readonly (readonly [name: string, value: string | number])[],
  lines = "",
): EncodedHeaders {
  let block = `NATS/1.0\r\n${lines}`;
  for (const [name, value] of pairs) block += `${name}: ${value}\r\n`;
  const bytes = encodeUtf8(`${block}\r\n`);
  return { encode: () => bytes };
}
