import type { EventType } from "./event_type.ts";

/** The offset basis and the prime of 64-bit FNV-1a. */
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/**
 * A fingerprint of the versions and former names of event types: 16 hexadecimal digits. Two maps with the same
 * fingerprint read stored events in the same way, as long as upcasters do not change.
 *
 * @returns `undefined` if each type is of version 1 and has one name: such a map reads events as they are stored.
 */
export function fingerprintOf(types: readonly EventType[]): string | undefined {
  const evolved = types.filter(({ version, formerly }) => version > 1 || formerly.length > 0);
  if (evolved.length === 0) return undefined;
  const facts = evolved.map(({ name, version, formerly }) => JSON.stringify([name, version, [...formerly].sort()]));
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(facts.sort().join())) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  return hash.toString(16).padStart(16, "0");
}
