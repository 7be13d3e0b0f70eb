import { CACHED_SUBJECTS } from "./routing_limits.ts";

/** Places that one sample can stand at. So many subjects that differ only in what is not sampled are held side by side. */
const WAYS = 4;
const SMALLEST = 64;
/** Places for {@link CACHED_SUBJECTS}: a power of two. */
const LARGEST = 4_096;

/** What the cache holds: an answer that knows its subject. */
export interface CachedAnswer {
  readonly subject: string;
}

/**
 * A bounded cache by subject that hashes no string.
 *
 * A place is found by a *sample*: six characters of the subject and its length, 10 ns, where V8 takes 80 and more to hash a new string,
 * and 400 when it then looks it up among 100,000. Only where a whole sample agrees are texts compared. A subject that is not
 * held costs the sample and a look at one cache line.
 *
 * Whoever sends subjects that differ only between the samples finds four of them here, the others by a search: a stranger can make it
 * slower, not larger. It grows from {@link SMALLEST} to {@link LARGEST} places as they run out; then those of a sample are taken in
 * turns, and beyond {@link CACHED_SUBJECTS} those of all.
 */
export class SampleCache<V extends CachedAnswer> {
  /** At place `p` the sample is at `2 * p`, 0 where the place is free, and the answer next to it. */
  #places: (number | V | undefined)[] = freePlaces(SMALLEST);
  #size = 0;
  /** Which place of a sample is taken next where all are held. */
  #turn = 0;
  /** Where the next answer is let go of when there are too many. */
  #hand = 0;

  /** Subjects held. */
  get size(): number {
    return this.#size;
  }

  /** The answer for a subject with this sample, if it is held. */
  get(subject: string, sample: number = sampleOf(subject)): V | undefined {
    const places = this.#places;
    const first = firstPlace(places, sample);
    for (let at = first; at < first + 2 * WAYS; at += 2) {
      if (places[at] !== sample) continue;
      const answer = places[at + 1] as V;
      if (answer.subject === subject) return answer;
    }
    return undefined;
  }

  /** Holds an answer whose subject is not here. */
  put(answer: V): void {
    const sample = sampleOf(answer.subject);
    let at = this.#findFree(sample);
    while (at === undefined && this.#places.length < 2 * LARGEST) {
      this.#grow();
      at = this.#findFree(sample);
    }
    if (at === undefined) {
      at = firstPlace(this.#places, sample) + 2 * (this.#turn++ % WAYS);
      this.#free(at);
    }
    this.#places[at] = sample;
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

  #findFree(sample: number): number | undefined {
    const first = firstPlace(this.#places, sample);
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
    for (let at = 1; at < places.length; at += 2) {
      if (places[at] !== undefined) this.put(places[at] as V);
    }
  }
}

function freePlaces<V>(count: number): (number | V | undefined)[] {
  return Array.from({ length: 2 * count }, (_, at) => at % 2 === 0 ? 0 : undefined);
}

/** Where in `places` those of a sample begin. */
function firstPlace(places: readonly unknown[], sample: number): number {
  return sample & places.length - 2 * WAYS;
}

/** Six characters of a subject and its length, mixed into a small integer that is never 0. */
export function sampleOf(subject: string): number {
  const { length } = subject;
  const late = subject.charCodeAt(length - 1) << 16 ^ subject.charCodeAt(length * 7 >> 3) << 8 ^
    subject.charCodeAt(length * 5 >> 3);
  const early = subject.charCodeAt(length >> 1) << 16 ^ subject.charCodeAt(length * 3 >> 3) << 8 ^
    subject.charCodeAt(length >> 2);
  const sample = Math.imul(late, 0x9e3779b1 | 0) ^ Math.imul(early + length, 0x85ebca6b | 0);
  return (sample ^ sample >>> 15) & 0x3fffffff | 1;
}
