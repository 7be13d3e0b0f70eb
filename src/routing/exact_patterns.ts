import { OpenAddressingTable } from "./open_addressing_table.ts";
import { hasSubscriber, type Subscribers, withoutSubscriber, withSubscriber } from "./subscribers.ts";

/** The patterns without wildcards: a subject matches the pattern that is the same string. */
export class ExactPatterns<T extends object> {
  readonly #table: OpenAddressingTable<string, Subscribers<T>> = new OpenAddressingTable();

  /** The number of patterns with a subscriber. */
  get size(): number {
    return this.#table.size;
  }

  /** The number of slots of the table, for tests. */
  get capacity(): number {
    return this.#table.capacity;
  }

  /** The subscribers of the pattern that equals a subject with this hash. */
  find(hash: number, subject: string): Subscribers<T> | undefined {
    const slot = this.#slotOf(hash, subject);
    return slot < 0 ? undefined : this.#subscribersAt(slot);
  }

  /** Adds a subscriber; returns false if it was already there. */
  add(hash: number, pattern: string, value: T): boolean {
    const slot = this.#slotOf(hash, pattern);
    if (slot < 0) {
      this.#table.insert(hash, pattern, value);
      return true;
    }
    const subscribers = this.#subscribersAt(slot);
    if (hasSubscriber(subscribers, value)) return false;
    this.#table.entries[2 * slot + 1] = withSubscriber(subscribers, value);
    return true;
  }

  /** Removes a subscriber; returns false if it was not there. */
  remove(hash: number, pattern: string, value: T): boolean {
    const slot = this.#slotOf(hash, pattern);
    if (slot < 0) return false;
    const subscribers = this.#subscribersAt(slot);
    if (!hasSubscriber(subscribers, value)) return false;
    const left = withoutSubscriber(subscribers, value);
    if (left === undefined) this.#table.removeAt(slot);
    else this.#table.entries[2 * slot + 1] = left;
    return true;
  }

  #slotOf(hash: number, pattern: string): number {
    const { hashes, entries } = this.#table;
    const mask = hashes.length - 1;
    for (let slot = hash & mask; hashes[slot] !== 0; slot = slot + 1 & mask) {
      if (hashes[slot] === hash && entries[2 * slot] === pattern) return slot;
    }
    return -1;
  }

  #subscribersAt(slot: number): Subscribers<T> {
    return this.#table.entries[2 * slot + 1] as Subscribers<T>;
  }
}
