import { CACHED_SUBJECTS } from "./routing_limits.ts";

/** The number of slots that one hash can use. */
const WAYS = 4;
const SMALLEST = 64;
/** The number of slots for {@link CACHED_SUBJECTS}: a power of two. */
const LARGEST = 4_096;

/** An entry of the table: a match with its subject. */
export interface TableEntry {
  readonly subject: string;
}

/**
 * A bounded hash table of matches by subject, under the hash of a scan. A lookup touches one cache line, and compares
 * strings only if the whole hash agrees.
 *
 * It grows from {@link SMALLEST} to {@link LARGEST} slots. When all slots of a hash are used, they are replaced in
 * turn. Beyond {@link CACHED_SUBJECTS} entries, any slot is replaced in turn.
 */
export class MatchTable<V extends TableEntry> {
  /** The hash of slot `p` is at `2 * p`, 0 for a free slot. The match follows it. */
  #places: (number | V | undefined)[] = freePlaces(SMALLEST);
  #size = 0;
  /** The next slot of a hash to replace if all are used. */
  #turn = 0;
  /** The slot of the next match to evict when the table is full. */
  #evictAt = 0;

  /** The number of cached subjects. */
  get size(): number {
    return this.#size;
  }

  /** The match of a subject with this hash, which is not 0, if it is cached. */
  get(subject: string, hash: number): V | undefined {
    const places = this.#places;
    const first = firstPlace(places, hash);
    for (let at = first; at < first + 2 * WAYS; at += 2) {
      if (places[at] !== hash) continue;
      const answer = places[at + 1] as V;
      if (answer.subject === subject) return answer;
    }
    return undefined;
  }

  /** Whether a match with this hash can be stored without the eviction of another one. */
  hasRoom(hash: number): boolean {
    if (this.#places.length < 2 * LARGEST) return true;
    return this.#size < CACHED_SUBJECTS && this.#findFree(hash) !== undefined;
  }

  /** Stores a match whose subject has this hash and is not in the table. */
  put(answer: V, hash: number): void {
    let at = this.#findFree(hash);
    while (at === undefined && this.#places.length < 2 * LARGEST) {
      this.#grow();
      at = this.#findFree(hash);
    }
    if (at === undefined) {
      at = firstPlace(this.#places, hash) + 2 * (this.#turn++ % WAYS);
      this.#free(at);
    }
    this.#places[at] = hash;
    this.#places[at + 1] = answer;
    if (++this.#size > CACHED_SUBJECTS) this.#evictOne();
  }

  /** Removes a match. */
  delete(answer: V): void {
    const at = this.#places.indexOf(answer);
    if (at >= 0) this.#free(at - 1);
  }

  /** Releases all memory. */
  clear(): void {
    this.#places = freePlaces(SMALLEST);
    this.#size = 0;
  }

  #findFree(hash: number): number | undefined {
    const first = firstPlace(this.#places, hash);
    for (let at = first; at < first + 2 * WAYS; at += 2) {
      if (this.#places[at] === 0) return at;
    }
    return undefined;
  }

  #free(at: number): void {
    this.#places[at] = 0;
    this.#places[at + 1] = undefined;
    this.#size--;
  }

  #evictOne(): void {
    do {
      this.#evictAt = (this.#evictAt + 2) % this.#places.length;
    } while (this.#places[this.#evictAt] === 0);
    this.#free(this.#evictAt);
  }

  /** Doubles the slots. All entries fit, because each bucket is split into two. */
  #grow(): void {
    const places = this.#places;
    this.#places = freePlaces(places.length);
    this.#size = 0;
    for (let at = 0; at < places.length; at += 2) {
      if (places[at] !== 0) this.put(places[at + 1] as V, places[at] as number);
    }
  }
}

function freePlaces<V>(count: number): (number | V | undefined)[] {
  return Array.from({ length: 2 * count }, (_, at) => at % 2 === 0 ? 0 : undefined);
}

/** The index of the first slot of a hash. */
function firstPlace(places: readonly unknown[], hash: number): number {
  return hash & places.length - 2 * WAYS;
}
