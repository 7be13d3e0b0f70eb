/** A map that keeps the entries that were set last, so many of them. */
export class RecentMap<K, V> {
  /** In the order in which they were set. */
  readonly #entries: Map<K, V> = new Map();
  readonly #max: number;

  /** @param max How many entries are kept; 1 or more. */
  constructor(max: number) {
    this.#max = max;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#max) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
  }

  /** Forgets every entry whose key is one of these. */
  deleteAll(isOne: (key: K) => boolean): void {
    for (const key of this.#entries.keys()) if (isOne(key)) this.#entries.delete(key);
  }
}
