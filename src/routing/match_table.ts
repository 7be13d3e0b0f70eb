import { CACHED_SUBJECTS } from "./routing_limits.ts";

/** Places that one hash can stand at. */
const WAYS = 4;
const SMALLEST = 64;
/** Places for {@link CACHED_SUBJECTS}: a power of two. */
const LARGEST = 4_096;

/** An entry of the table: a match that knows its subject. */
export interface TableEntry {
  readonly subject: string;
}

/**
 * A bounded table of matches by subject, under the hash of a scan: a lookup costs one cache line, and strings are
 * compared only where the whole hash agrees.
 *
 * It grows from {@link SMALLEST} to {@link LARGEST} places as they run out; then those of a hash are taken in turns, and beyond
 * {@link CACHED_SUBJECTS} those of all.
 */
export class MatchTable<V extends TableEntry> {
  /** At place `p` the hash is at `2 * p`, 0 where the place is free, and the answer next to it. */
  #places: (number | V | undefined)[] = freePlaces(SMALLEST);
  #size = 0;
  /** Which place of a hash is taken next where all are held. */
  #turn = 0;
  /** The slot of the next match to evict when the table is full. */
  #hand = 0;

  /** Subjects held. */
  get size(): number {
    return this.#size;
  }

  /** The answer for a subject with this hash, which is not 0, if it is held. */
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

  /** Holds an answer whose subject has this hash and is not here. */
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
    if (++this.#size > CACHED_SUBJECTS) this.#letOneGo();
  }

  /** Lets an answer go. */
  delete(answer: V): void {
    const at = this.#places.indexOf(answer);
    if (at >= 0) this.#free(at - 1);
  }

  /** Gives all memory back. */
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

  #letOneGo(): void {
    do {
      this.#hand = (this.#hand + 2) % this.#places.length;
    } while (this.#places[this.#hand] === 0);
    this.#free(this.#hand);
  }

  /** Doubles the places. There is room for all that were held, as those of one place have two now. */
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

/** Where in `places` those of a hash begin. */
function firstPlace(places: readonly unknown[], hash: number): number {
  return hash & places.length - 2 * WAYS;
}
