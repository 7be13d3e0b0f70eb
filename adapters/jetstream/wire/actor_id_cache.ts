import { actorOfSubject, type Names } from "./names.ts";

/** Number of slots in the table: a power of two. */
const SLOTS = 256;

/**
 * The actor ids of the subjects of one namespace's log. A slot caches an id when two successive lookups in the slot
 * have the same subject. A hit saves decoding and checking, and the events of an actor share one string. Caching each
 * id at its first use would cost more if all subjects differ.
 */
export class ActorIdCache {
  readonly #names: Names;
  readonly #known: { readonly subject: string; readonly actorId: string }[] = [];
  /** The hash of the last subject in each slot. */
  readonly #seen: Int32Array = new Int32Array(SLOTS);
  #partitions = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** The actor whose commits are stored at a subject; `undefined` if the subject belongs to no actor. */
  of(partitions: number, subject: string): string | undefined {
    if (partitions !== this.#partitions) this.#known.length = 0;
    this.#partitions = partitions;
    const hash = this.#hash(subject);
    const slot = (hash ^ hash >>> 16) & SLOTS - 1;
    const known = this.#known[slot];
    if (known?.subject === subject) return known.actorId;
    const actorId = actorOfSubject(this.#names, partitions, subject);
    if (this.#seen[slot] !== hash) this.#seen[slot] = hash;
    else if (actorId !== undefined) this.#known[slot] = { subject, actorId };
    return actorId;
  }

  /** The hash of the part that differs between subjects of a log. */
  #hash(subject: string): number {
    let hash = 0;
    for (let i = this.#names.logPrefix.length; i < subject.length; i++) {
      hash = Math.imul(hash, 31) + subject.charCodeAt(i) | 0;
    }
    return hash;
  }
}
