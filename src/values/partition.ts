/**
 * Number of partitions of a new log, and of lanes of a consumer with `order: "actor"`. On JetStream, subjects name the
 * partition.
 */
export const PARTITIONS = 16;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The partition of an actor: the 32-bit FNV-1a hash of its id in UTF-8, modulo the number of partitions. nats-server
 * uses the same hash in subject mappings. Stored data depends on the hash: it never changes.
 *
 * @param actorId An actor id.
 * @param partitions The number of partitions.
 * @returns 0 to `partitions - 1`.
 *
 * @example
 * ```ts
 * import { partitionOf, PARTITIONS } from "@flowmade-one/aether/adapter";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(partitionOf("order.42", PARTITIONS), 13);
 * ```
 */
export function partitionOf(actorId: string, partitions: number): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < actorId.length; i++) {
    const code = actorId.charCodeAt(i);
    if (code > 0x7f) return hashBytes(new TextEncoder().encode(actorId)) % partitions;
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  return (hash >>> 0) % partitions;
}

function hashBytes(bytes: Uint8Array): number {
  let hash = FNV_OFFSET;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}
