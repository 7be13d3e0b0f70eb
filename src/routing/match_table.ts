import { CACHED_SUBJECTS } from "./routing_limits.ts";

/** The slots that a hash can use are its bucket. */
const SLOTS_PER_BUCKET = 4;
const MIN_SLOTS = 64;
/** The number of slots for {@link CACHED_SUBJECTS}: a power of two. */
const MAX_SLOTS = 4_096;

/** An entry of the table: a match with its subject. */
export interface TableEntry {
  readonly subject: string;
}

/**
 * A bounded hash table of matches by subject, under the hash of a scan. A lookup touches one cache line, and compares
 * strings only if the whole hashes are equal.
 *
 * It grows from {@link MIN_SLOTS} to {@link MAX_SLOTS} slots. When a bucket is full, its slots are replaced in turn.
 * Beyond {@link CACHED_SUBJECTS} entries, one entry is evicted for each new one, in the order of the slots.
 */
export class MatchTable<V extends TableEntry> {
  /** The hash of slot `s` is at `2 * s`, 0 for a free slot. The match follows it. */
  #entries: (number | V | undefined)[] = emptyEntries(MIN_SLOTS);
  #size = 0;
  /** The number of replacements in full buckets. It selects the slot of the next replacement. */
  #replacements = 0;
  /** The index of the match that was evicted last because the table was full. */
  #evictedAt = 0;

  /** The number of cached subjects. */
  get size(): number {
    return this.#size;
  }

  /** The match of a subject with this hash, which is not 0, if it is cached. */
  get(subject: string, hash: number): V | undefined {
    const entries = this.#entries;
    const first = firstIndex(entries, hash);
    for (let at = first; at < first + 2 * SLOTS_PER_BUCKET; at += 2) {
      if (entries[at] !== hash) continue;
      const match = entries[at + 1] as V;
      if (match.subject === subject) return match;
    }
    return undefined;
  }

  /** Whether a match with this hash can be stored without the eviction of another one. */
  hasRoom(hash: number): boolean {
    if (this.#entries.length < 2 * MAX_SLOTS) return true;
    return this.#size < CACHED_SUBJECTS && this.#findFree(hash) !== undefined;
  }

  /** Stores a match whose subject has this hash and is not in the table. */
  put(match: V, hash: number): void {
    let at = this.#findFree(hash);
    while (at === undefined && this.#entries.length < 2 * MAX_SLOTS) {
      this.#grow();
      at = this.#findFree(hash);
    }
    if (at === undefined) {
      at = firstIndex(this.#entries, hash) + 2 * (this.#replacements++ % SLOTS_PER_BUCKET);
      this.#free(at);
    }
    this.#entries[at] = hash;
    this.#entries[at + 1] = match;
    if (++this.#size > CACHED_SUBJECTS) this.#evictOne();
  }

  /** Removes a match. */
  delete(match: V): void {
    const at = this.#entries.indexOf(match);
    if (at >= 0) this.#free(at - 1);
  }

  /** Releases all memory. */
  clear(): void {
    this.#entries = emptyEntries(MIN_SLOTS);
    this.#size = 0;
  }

  #findFree(hash: number): number | undefined {
    const first = firstIndex(this.#entries, hash);
    for (let at = first; at < first + 2 * SLOTS_PER_BUCKET; at += 2) {
      if (this.#entries[at] === 0) return at;
    }
    return undefined;
  }

  #free(at: number): void {
    this.#entries[at] = 0;
    this.#entries[at + 1] = undefined;
    this.#size--;
  }

  #evictOne(): void {
    do {
      this.#evictedAt = (this.#evictedAt + 2) % this.#entries.length;
    } while (this.#entries[this.#evictedAt] === 0);
    this.#free(this.#evictedAt);
  }

  /** Doubles the slots. All entries fit, because each bucket is split into two. */
  #grow(): void {
    const entries = this.#entries;
    this.#entries = emptyEntries(entries.length);
    this.#size = 0;
    for (let at = 0; at < entries.length; at += 2) {
      if (entries[at] !== 0) this.put(entries[at + 1] as V, entries[at] as number);
    }
  }
}

function emptyEntries<V>(count: number): (number | V | undefined)[] {
  return Array.from({ length: 2 * count }, (_, at) => at % 2 === 0 ? 0 : undefined);
}

/** The index of the first slot of a hash in the array. */
function firstIndex(entries: readonly unknown[], hash: number): number {
  return hash & entries.length - 2 * SLOTS_PER_BUCKET;
}
