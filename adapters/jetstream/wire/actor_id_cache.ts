import { actorOfSubject, type Names } from "./names.ts";

/** Slots of the table: a power of two. */
const PLACES = 256;

/**
 * The actor ids of the subjects of one namespace's log. A slot caches one id when its subject comes again. A hit saves
 * decoding and checking, and the events of an actor share one string. Caching each id at its first use would cost more
 * if all subjects differ.
 */
export class ActorIdCache {
  readonly #names: Names;
  readonly #known: { readonly subject: string; readonly actorId: string }[] = [];
  /** The hash of the last subject in each slot. */
  readonly #seen: Int32Array = new Int32Array(PLACES);
  #partitions = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** The actor whose commits are stored at a subject; `undefined` if it is no subject of an actor. */
  of(partitions: number, subject: string): string | undefined {
    if (partitions !== this.#partitions) this.#known.length = 0;
    this.#partitions = partitions;
    const hash = this.#hash(subject);
    const place = (hash ^ hash >>> 16) & PLACES - 1;
    const known = this.#known[place];
    if (known?.subject === subject) return known.actorId;
    const actorId = actorOfSubject(this.#names, partitions, subject);
    if (this.#seen[place] !== hash) this.#seen[place] = hash;
    else if (actorId !== undefined) this.#known[place] = { subject, actorId };
    return actorId;
  }

  /** The offset of the part that differs between subjects of a log. */
  #hash(subject: string): number {
    let hash = 0;
    for (let i = this.#names.logPrefix.length; i < subject.length; i++) {
      hash = Math.imul(hash, 31) + subject.charCodeAt(i) | 0;
    }
    return hash;
  }
}
