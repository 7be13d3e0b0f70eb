import { MatchTable, type TableEntry } from "./match_table.ts";
import { CACHED_SUBJECT_LENGTH, HOT_SUBJECTS, REMEMBERED_SUBJECTS } from "./routing_limits.ts";

/** A miss rate of 100 %, as a whole number. */
const ALL = 1 << 16;
/** Number of lookups over which the miss rate is averaged. */
const DELAY = 64;
/**
 * Below this miss rate, the `Map` saves more time than it costs. A lookup of a string object that V8 has hashed before
 * takes 10 ns, of a new string 400 ns.
 */
const FEW = 0.15 * ALL;
/** From this miss rate on, lookups are skipped, except for a sample that detects a change of the rate. */
const NEARLY_ALL = 0.8 * ALL;
/** The sample: one in 16 subjects at each lookup, to detect repeated subjects, and every 64th of the other lookups. */
const PART = 15 << 20;
const NTH = 64;
/** If the table is full and a search is cheap, one in 64 repeated subjects is cached in place of another one. */
const EVICTING = 64;

/**
 * A cache of matches by subject. Its strategy follows the share of subjects that repeat.
 *
 * If most subjects repeat, a `Map` is searched first: V8 caches the hash of a string object that was looked up before.
 * For a new string, V8 computes a hash, which costs more than the scan. If more subjects are new, the scan comes first,
 * and its hash is the key into a {@link MatchTable}. If almost all are new, that table is skipped too. If a
 * search costs no more than a lookup in that table, a lower share of new subjects suffices to skip it. A full table
 * then keeps most of its matches.
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
  /** Whether the last `get` searched the table. */
  #looked = true;
  /** Whether a search costs no more than the last `get`. */
  #cheapSearch = false;
  /** The number of repeated subjects for which there was no free slot. */
  #crowded = 0;

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
   *
   * @param cheapSearch Whether a search costs no more than this lookup. Then a lower miss rate suffices to skip it.
   */
  get(subject: string, hash: number, cheapSearch = false): V | undefined {
    this.#cheapSearch = cheapSearch;
    this.#looked = this.#missRate < (cheapSearch ? FEW : NEARLY_ALL) || (hash & PART) === 0 ||
      ++this.#calls % NTH === 0;
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
      if (this.#cheapSearch && !this.#answers.hasRoom(hash)) {
        return subject.length <= CACHED_SUBJECT_LENGTH && this.#evictsFor();
      }
      this.#noteKnown();
      return subject.length <= CACHED_SUBJECT_LENGTH;
    }
    this.#noteUnknown();
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

  /**
   * Whether to cache a subject in place of another one. If more subjects repeat than fit into the table, an eviction
   * for each would cost more than the cheap searches. Few subjects would still be cached at their next lookup.
   */
  #evictsFor(): boolean {
    this.#noteUnknown();
    return ++this.#crowded % EVICTING === 0;
  }

  #noteUnknown(): void {
    this.#missRate += (ALL - this.#missRate) / DELAY | 0;
  }

  #noteKnown(): void {
    this.#missRate -= this.#missRate / DELAY | 0;
  }
}
