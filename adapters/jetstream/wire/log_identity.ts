import { UNKNOWN_LOG_IDENTITY } from "../../../adapter.ts";
import type { LogMarker } from "./log_marker.ts";

/** The offset basis and the prime of 64-bit FNV-1a. The prime is 2^40 + FNV_PRIME. */
const [FNV_HIGH, FNV_LOW] = [0xcbf29ce4, 0x84222325];
const FNV_PRIME = 0x1b3;

/**
 * The derived identity of a stream: the 64-bit FNV-1a hash of its name, a space and the time of its creation, folded to
 * 48 bits. The server sets that time when the stream is created or restored. Every user that may read the stream can
 * request it.
 *
 * @param stream The name of the stream.
 * @param created The string that the server returns as `created`.
 */
export function derivedIdentity(stream: string, created: string): string {
  let [high, low] = [FNV_HIGH, FNV_LOW];
  for (const byte of new TextEncoder().encode(`${stream} ${created}`)) {
    const xored = (low ^ byte) >>> 0;
    const product = xored * FNV_PRIME;
    high = (Math.imul(high, FNV_PRIME) + Math.floor(product / 2 ** 32) + (xored << 8)) >>> 0;
    low = product >>> 0;
  }
  const identity = hex(high & 0xffff, 4) + hex((low ^ (high >>> 16)) >>> 0, 8);
  return identity === UNKNOWN_LOG_IDENTITY ? `${identity.slice(1)}1` : identity;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The identity of a log: the identity that an operator has assigned to this stream, or else the derived identity. */
export function identityOf(stream: string, created: string, { assigned }: LogMarker): string {
  const derived = derivedIdentity(stream, created);
  return assigned?.derived === derived ? assigned.identity : derived;
}
