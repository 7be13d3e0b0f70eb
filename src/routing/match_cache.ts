import { CACHED_SUBJECT_LENGTH, CACHED_SUBJECTS, REMEMBERED_SUBJECTS } from "./routing_limits.ts";

/** A hit, or a miss seen a short while ago, weighs as much as this many misses. */
const WEIGHT_OF_HIT = 4;
const COLD = 64;
const COLDEST = 128;

/**
 * Answers by subject, for subjects that come again.
 *
 * Looking a known string object up in a `Map` costs a tenth of routing it, because V8 keeps the hash in the string. For a new
 * string it costs more than our own pass over it, so where most subjects are new the cache steps aside: it is `cold`, asks
 * no `Map`, and only watches whether subjects come again.
 *
 * Bounded whatever is asked: a subject is admitted at second sight (the first leaves its hash in a fixed table), long ones never, and of
 * two generations of {@link CACHED_SUBJECTS} the older is dropped when the younger is full. A hit in the older moves to the younger.
 */
export class MatchCache<V> {
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #seen: Int32Array | undefined;
  #coldness = 0;

  /** Subjects held. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The answer for a subject, if it is held and the cache is not cold. */
  get(subject: string): V | undefined {
    if (this.#coldness > COLD) return undefined;
    const value = this.#young.get(subject) ?? this.#promoted(subject);
    if (value !== undefined && this.#coldness > 0) this.#coldness -= WEIGHT_OF_HIT;
    return value;
  }

  /** Tells of a subject that `get` did not know. True when it should be put: it has been seen not long ago. */
  admits(subject: string, hash: number): boolean {
    if (subject.length > CACHED_SUBJECT_LENGTH) return false;
    const seen = this.#seen ??= new Int32Array(REMEMBERED_SUBJECTS);
    const place = hash & REMEMBERED_SUBJECTS - 1;
    if (seen[place] !== hash) {
      seen[place] = hash;
      if (this.#coldness < COLDEST) this.#coldness++;
      return false;
    }
    this.#coldness = Math.max(0, this.#coldness - WEIGHT_OF_HIT);
    return true;
  }

  put(subject: string, value: V): void {
    if (this.#young.size >= CACHED_SUBJECTS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(subject, value);
  }

  delete(subject: string): void {
    this.#young.delete(subject);
    this.#old.delete(subject);
  }

  /** Gives all memory back. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#seen = undefined;
    this.#coldness = 0;
  }

  #promoted(subject: string): V | undefined {
    if (this.#old.size === 0) return undefined;
    const value = this.#old.get(subject);
    if (value !== undefined) {
      this.#old.delete(subject);
      this.put(subject, value);
    }
    return value;
  }
}
