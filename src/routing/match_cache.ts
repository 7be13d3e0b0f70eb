import { MatchTable, type TableEntry } from "./match_table.ts";
import { CACHED_SUBJECT_LENGTH, HOT_SUBJECTS, REMEMBERED_SUBJECTS } from "./routing_limits.ts";

/** The miss rate if all lookups miss, as a whole number. */
const FULL_MISS_RATE = 1 << 16;
/** Number of lookups over which the miss rate is averaged. */
const AVERAGED_LOOKUPS = 64;
/**
 * Up to this miss rate, the `Map` of {@link MatchCache} saves more time than it costs. A lookup in the `Map` takes
 * 10 ns for a string object that V8 has hashed before, and 400 ns for a new string.
 */
const LOW_MISS_RATE = 0.15 * FULL_MISS_RATE;
/** From this miss rate on, lookups in the table are skipped, except for a sample that detects a change of the rate. */
const HIGH_MISS_RATE = 0.8 * FULL_MISS_RATE;
/**
 * The first part of the sample: the subjects whose hash has zeros at these four bits, which is one subject in 16. All
 * lookups of such a subject are in the sample, so that its repetition is detected.
 */
const SAMPLE_MASK = 15 << 20;
/** The second part of the sample: every 64th of the other lookups. */
const SAMPLE_INTERVAL = 64;
/**
 * If the table has no room and searching the patterns costs no more than a lookup, only every 64th repeated subject is
 * cached, in place of another subject.
 */
const EVICTION_INTERVAL = 64;

/**
 * A cache of matches by subject. Its strategy follows the miss rate: the recent share of lookups of new subjects. The
 * scan of a subject is the pass in which the router computes the hash of the subject.
 *
 * - At a low miss rate, a `Map` is searched first. V8 caches the hash of a string object that was looked up before. For
 *   a new string, V8 computes the hash, which costs more than the scan.
 * - At a medium miss rate, the scan comes first. The hash from the scan is the key into a {@link MatchTable}.
 * - At a high miss rate, the table is skipped too.
 *
 * A search of the patterns is cheap if it costs no more than a lookup in the table. While it is cheap, the table is
 * skipped at a medium miss rate, too. While a search is cheap, at any miss rate, a repeated subject for which the table
 * has no room counts as new, and only every 64th of these subjects replaces a cached match. While a search is not
 * cheap, each of these subjects replaces one.
 *
 * A subject is cached on its second lookup at the earliest. The first lookup only records the hash of the subject, in
 * an array of fixed size. Subjects that never repeat therefore fill no cache, and memory is bounded for any sequence of
 * lookups.
 */
export class MatchCache<V extends TableEntry> {
  readonly #table: MatchTable<V> = new MatchTable();
  #hot: Map<string, V> = new Map();
  /** The hashes of subjects that were seen once, two per bucket, the newer one first. */
  #seen: Int32Array | undefined;
  /** The miss rate, from 0 to {@link FULL_MISS_RATE}. */
  #missRate = 0;
  #calls = 0;
  /** Whether the last `get` searched the table. */
  #didSearchTable = true;
  /** Whether a search of the patterns costs no more than the last `get`. */
  #isSearchCheap = false;
  /** The number of repeated subjects for which the table had no room while a search was cheap. */
  #refused = 0;

  /** The number of cached subjects. */
  get size(): number {
    return this.#table.size;
  }

  /** The match of a subject that was not scanned yet, if the miss rate makes a lookup worthwhile. */
  getHot(subject: string): V | undefined {
    if (this.#missRate > LOW_MISS_RATE) return undefined;
    const found = this.#hot.get(subject);
    if (found !== undefined) this.#countHit();
    return found;
  }

  /**
   * The match of a subject that `getHot` did not find, by its hash. `undefined` if it is not cached, or this lookup is
   * skipped.
   *
   * @param isSearchCheap Whether a search of the patterns costs no more than this lookup.
   */
  get(subject: string, hash: number, isSearchCheap = false): V | undefined {
    this.#isSearchCheap = isSearchCheap;
    this.#didSearchTable = this.#missRate < (isSearchCheap ? LOW_MISS_RATE : HIGH_MISS_RATE) ||
      (hash & SAMPLE_MASK) === 0 ||
      ++this.#calls % SAMPLE_INTERVAL === 0;
    if (!this.#didSearchTable) return undefined;
    const found = this.#table.get(subject, hash);
    if (found === undefined) return undefined;
    this.#countHit();
    if (this.#missRate <= LOW_MISS_RATE) this.#promote(found);
    return found;
  }

  /**
   * Records a subject that `get` searched for in the table and did not find. If `get` skipped the table, records
   * nothing and returns false.
   *
   * @returns Whether the subject was seen recently and should be cached.
   */
  admits(subject: string, hash: number): boolean {
    if (!this.#didSearchTable) return false;
    const seen = this.#seen ??= new Int32Array(REMEMBERED_SUBJECTS);
    const bucket = hash & REMEMBERED_SUBJECTS - 2;
    if (seen[bucket] === hash || seen[bucket + 1] === hash) {
      if (this.#isSearchCheap && !this.#table.hasRoom(hash)) {
        return subject.length <= CACHED_SUBJECT_LENGTH && this.#mayEvict();
      }
      this.#countHit();
      return subject.length <= CACHED_SUBJECT_LENGTH;
    }
    this.#countMiss();
    seen[bucket + 1] = seen[bucket]!;
    seen[bucket] = hash;
    return false;
  }

  /** Caches a match whose subject has this hash and is not cached. */
  put(match: V, hash: number): void {
    this.#table.put(match, hash);
  }

  /** Removes a match. */
  delete(match: V): void {
    this.#table.delete(match);
    this.#hot.delete(match.subject);
  }

  /** Releases all memory. */
  clear(): void {
    this.#table.clear();
    this.#hot = new Map();
    this.#seen = undefined;
    this.#missRate = 0;
  }

  #promote(match: V): void {
    if (this.#hot.size >= HOT_SUBJECTS) this.#hot = new Map();
    this.#hot.set(match.subject, match);
  }

  /**
   * Whether to cache a subject in place of another subject. If more subjects repeat than fit into the table, evictions
   * would cost more than the cheap searches that they avoid: most subjects would be evicted before their next lookup.
   */
  #mayEvict(): boolean {
    this.#countMiss();
    return ++this.#refused % EVICTION_INTERVAL === 0;
  }

  #countMiss(): void {
    this.#missRate += (FULL_MISS_RATE - this.#missRate) / AVERAGED_LOOKUPS | 0;
  }

  #countHit(): void {
    this.#missRate -= this.#missRate / AVERAGED_LOOKUPS | 0;
  }
}
