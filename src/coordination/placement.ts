/**
 * Decides which member owns a key or a shard. The result depends only on the set of members, so that all members
 * compute the same result without communication. Rendezvous hashing moves the fewest keys when a member joins or leaves
 * (Thaler and Ravishankar, 1998).
 *
 * @module
 */

/** The part of a member that placement uses. */
export interface Placeable {
  /** The {@link hashOf} of the member's name. */
  readonly hash: number;
}

/**
 * A 32-bit hash of a string: FNV-1a over its UTF-16 units, then a finalizer. It must never change, because all releases
 * must compute the same hash.
 */
export function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** The finalizer of MurmurHash3: a change of one input bit changes each output bit with probability one half. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Returns the member with the greatest weight for a key.
 *
 * @param members The live members, in the same order on every member: among members of equal weight, the first is
 * chosen.
 * @param key The {@link hashOf} of the key.
 */
export function ownerOf<M extends Placeable>(members: Iterable<M>, key: number): M | undefined {
  let owner: M | undefined;
  let greatest = -1;
  for (const member of members) {
    const weight = mix(member.hash ^ key);
    if (weight <= greatest) continue;
    owner = member;
    greatest = weight;
  }
  return owner;
}

/** 2^32 divided by the golden ratio. Multiplication by it distributes consecutive numbers over 32 bits. */
const GOLDEN_RATIO_FACTOR = 0x9e3779b1;

/**
 * Assigns shards to members, at most `ceil(shards / members)` to each. Shards are assigned in the order of their
 * numbers. Among the members that have fewer shards than the maximum, the one with the greatest weight gets the shard.
 *
 * @param members In the same order on every member.
 * @param salt Makes the assignments of different services independent.
 * @returns The member of each shard. Empty without members.
 */
export function assignShards<M extends Placeable>(members: readonly M[], shards: number, salt = 0): M[] {
  if (members.length === 0) return [];
  const capacity = Math.ceil(shards / members.length);
  const free = new Map(members.map((member) => [member, capacity]));
  return Array.from({ length: shards }, (_, shard) => {
    const owner = ownerOf(free.keys(), mix(salt ^ Math.imul(shard + 1, GOLDEN_RATIO_FACTOR)))!;
    const remaining = free.get(owner)! - 1;
    if (remaining > 0) free.set(owner, remaining);
    else free.delete(owner);
    return owner;
  });
}
