import { MatchTable, type TableEntry } from "./match_table.ts";
import { CACHED_SUBJECT_LENGTH, HOT_SUBJECTS, REMEMBERED_SUBJECTS } from "./routing_limits.ts";

/** The share of new subjects, as a whole number: all of them. */
const ALL = 1 << 16;
/** Number of lookups over which the miss rate is averaged. */
const DELAY = 64;
/** Up to here the `Map` pays: it costs 10 ns for a string that it has hashed before, and 400 for one that it has not. */
const FEW = 0.15 * ALL;
/** From here on it is not worth looking, but for a part, so that a change is noticed. */
const NEARLY_ALL = 0.8 * ALL;
/**
 * The sample: one in 16 subjects at each lookup, which shows when subjects repeat, and every 64th of the other lookups.
 */
const PART = 15 << 20;
const NTH = 64;

/**
 * Answers by subject, for subjects that come again, at a cost that fits how many do.
 *
 * Where nearly all subjects come again, a `Map` is asked first: for a string object that was looked up before, V8 has the hash at
 * hand. For a new string it has to make one, which costs more than our own scan of it; so where more are new the scan comes
 * first, and its hash leads to an {@link MatchTable}. Where nearly all are new, that one is left alone too.
 *
 * A subject is cached from its second lookup on: the first leaves its hash in a fixed table. Therefore a sender of ever
 * new subjects fills nothing, and memory is bounded for any sequence of lookups.
 */
export class MatchCache<V extends TableEntry> {
  readonly #answers: MatchTable<V> = new MatchTable();
  #hot: Map<string, V> = new Map();
  /** The hashes of subjects that were seen once, two by two: the newer first. */
  #seen: Int32Array | undefined;
  /** The share of new subjects among those that were asked for lately. */
  #missRate = 0;
  #calls = 0;
  /** Whether the last `get` looked. */
  #looked = true;

  /** Subjects held. */
  get size(): number {
    return this.#answers.size;
  }

  /** The match of a subject that was not scanned yet, if the miss rate makes a lookup worthwhile. */
  getHot(subject: string): V | undefined {
    if (this.#missRate > FEW) return undefined;
    const known = this.#hot.get(subject);
    if (known !== undefined) this.#noteKnown();
    return known;
  }

  /** The answer for a subject that `getNear` did not know, by its hash, if it is held and the cache does not step aside. */
  get(subject: string, hash: number): V | undefined {
    this.#looked = this.#missRate < NEARLY_ALL || (hash & PART) === 0 || ++this.#calls % NTH === 0;
    if (!this.#looked) return undefined;
    const known = this.#answers.get(subject, hash);
    if (known === undefined) return undefined;
    this.#noteKnown();
    if (this.#missRate <= FEW) this.#promote(known);
    return known;
  }

  /** Tells of a subject that `get` did not know. True when it should be put: it has been seen not long ago. */
  admits(subject: string, hash: number): boolean {
    if (!this.#looked) return false;
    const seen = this.#seen ??= new Int32Array(REMEMBERED_SUBJECTS);
    const newer = hash & REMEMBERED_SUBJECTS - 2;
    if (seen[newer] === hash || seen[newer + 1] === hash) {
      this.#noteKnown();
      return subject.length <= CACHED_SUBJECT_LENGTH;
    }
    this.#missRate += (ALL - this.#missRate) / DELAY | 0;
    seen[newer + 1] = seen[newer]!;
    seen[newer] = hash;
    return false;
  }

  /** Holds an answer whose subject has this hash and is not here. */
  put(answer: V, hash: number): void {
    this.#answers.put(answer, hash);
  }

  /** Lets an answer go. */
  delete(answer: V): void {
    this.#answers.delete(answer);
    this.#hot.delete(answer.subject);
  }

  /** Gives all memory back. */
  clear(): void {
    this.#answers.clear();
    this.#hot = new Map();
    this.#seen = undefined;
    this.#missRate = 0;
  }

  #promote(answer: V): void {
    if (this.#hot.size >= HOT_SUBJECTS) this.#hot = new Map();
    this.#hot.set(answer.subject, answer);
  }

  #noteKnown(): void {
    this.#missRate -= this.#missRate / DELAY | 0;
  }
}
