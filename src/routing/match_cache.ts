import { MatchTable, type TableEntry } from "./match_table.ts";
import { CACHED_SUBJECT_LENGTH, HOT_SUBJECTS, REMEMBERED_SUBJECTS } from "./routing_limits.ts";

/** A miss rate of 100 %, as a whole number. */
const ALL = 1 << 16;
/** Number of lookups over which the miss rate is averaged. */
const DELAY = 64;
/**
 * Below this miss rate, the `Map` saves more time than it costs: 10 ns for a string that it has hashed before, 400 ns
 * for a new one.
 */
const FEW = 0.15 * ALL;
/** From this miss rate on, lookups are skipped, except for a sample that detects a change of the rate. */
const NEARLY_ALL = 0.8 * ALL;
/** The sample: one in 16 subjects at each lookup, to detect repeated subjects, and every 64th of the other lookups. */
const PART = 15 << 20;
const NTH = 64;

/**
 * A cache of matches by subject. Its strategy follows the share of subjects that repeat.
 *
 * If most subjects repeat, a `Map` is searched first: V8 caches the hash of a string object that was looked up before.
 * For a new string, V8 computes a hash, which costs more than the scan. If more subjects are new, the scan comes first,
 * and its hash is the key into a {@link MatchTable}. If almost all are new, that table is skipped too.
 *
 * A subject is cached on its second lookup. The first lookup only records its hash in a fixed table. A sender of
 * subjects that never repeat therefore fills no cache, and memory is bounded for any sequence of lookups.
 */
export class MatchCache<V extends TableEntry> {
  readonly #answers: MatchTable<V> = new MatchTable();
  #hot: Map<string, V> = new Map();
  /** The hashes of subjects that were seen once, two per bucket: the newer first. */
  #seen: Int32Array | undefined;
  /** The recent share of new subjects. */
  #missRate = 0;
  #calls = 0;
  /** Whether the last `get` searched. */
  #looked = true;

  /** The number of cached subjects. */
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

  /**
   * The match of a subject that `getHot` did not find, by its hash. `undefined` if it is not cached, or this lookup is
   * skipped.
   */
  get(subject: string, hash: number): V | undefined {
    this.#looked = this.#missRate < NEARLY_ALL || (hash & PART) === 0 || ++this.#calls % NTH === 0;
    if (!this.#looked) return undefined;
    const known = this.#answers.get(subject, hash);
    if (known === undefined) return undefined;
    this.#noteKnown();
    if (this.#missRate <= FEW) this.#promote(known);
    return known;
  }

  /** Records a subject that `get` did not find. Returns true if the subject was seen recently and should be cached. */
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

  /** Caches a match whose subject has this hash and is not cached. */
  put(answer: V, hash: number): void {
    this.#answers.put(answer, hash);
  }

  /** Removes a match. */
  delete(answer: V): void {
    this.#answers.delete(answer);
    this.#hot.delete(answer.subject);
  }

  /** Releases all memory. */
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
