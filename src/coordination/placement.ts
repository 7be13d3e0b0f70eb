/**
 * Who of several members a key or a shard belongs to: a function of the set of members only, so that all members find the
 * same answer without asking each other. Rendezvous hashing moves only what it has to when a member comes or goes
 * (Thaler and Ravishankar, 1998).
 *
 * @module
 */

/** A member as placement sees it. */
export interface Placeable {
  /** The {@link hashOf} its name. */
  readonly hash: number;
}

/** A 32-bit hash of a string: FNV-1a over its UTF-16 units, finished by a mix. The same everywhere, for good. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** The finalizer of MurmurHash3: every bit of the input changes every bit of the output with probability one half. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The member with the greatest weight for a key.
 *
 * @param members In the same order everywhere: of members with equal hashes the first one is chosen.
 * @param key A {@link hashOf} something.
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

/** Spreads consecutive numbers over 32 bits: 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;

/**
 * Assigns shards to members, no member more than `ceil(shards / members)`: each shard, in the order of its number, goes to
 * the member with the greatest weight that has room.
 *
 * @param members In the same order everywhere.
 * @param salt Makes the assignments of different services independent.
 * @returns The member of each shard. Empty without members.
 */
export function assignShards<M extends Placeable>(members: readonly M[], shards: number, salt = 0): M[] {
  if (members.length === 0) return [];
  const capacity = Math.ceil(shards / members.length);
  const room = new Map(members.map((member) => [member, capacity]));
  return Array.from({ length: shards }, (_, shard) => {
    const owner = ownerOf(room.keys(), mix(salt ^ Math.imul(shard + 1, SPREAD)))!;
    const left = room.get(owner)! - 1;
    if (left > 0) room.set(owner, left);
    else room.delete(owner);
    return owner;
  });
}
