/**
 * An LRU cache with a maximum number of entries.
 *
 * The cache has two generations. Recently used entries are in the young generation. A full young generation becomes the
 * old generation, and the previous old generation is dropped. An exact order of use would need a write at each read.
 */
export class LruCache<K, V> {
  readonly #max: number;
  #young: Map<K, V> = new Map();
  #old: Map<K, V> = new Map();

  /** @param max Maximum number of entries. At least the `max / 2` most recently used entries are kept. */
  constructor(max: number) {
    this.#max = max;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#max === 0) return;
    this.#young.set(key, value);
    if (this.#young.size < this.#max / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Deletes every entry whose key matches. */
  deleteAll(matches: (key: K) => boolean): void {
    for (const generation of [this.#young, this.#old]) {
      for (const key of generation.keys()) if (matches(key)) generation.delete(key);
    }
  }
}
