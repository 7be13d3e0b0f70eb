/** Slots. */
const MIN_CAPACITY = 16;

/**
 * A hash table in two flat arrays. Its users search it in their own loops.
 *
 * A search starts at the slot `hash & mask`. It continues with the next slot, and after the last slot with the first,
 * up to an empty slot. It reads `entries` only if the whole hashes are equal: the key of slot `s` is at `2 * s`, and
 * its value follows. A lookup that finds its key touches two cache lines, any other lookup usually one. A slot takes 20
 * bytes and no object.
 *
 * At most half of the slots are used, which keeps searches short. A removal moves later entries to the freed slot, so
 * that no tombstones accumulate. If less than one eighth of the slots is used, the table halves.
 */
export class OpenAddressingTable<K, V> {
  /** The hash of each slot's key, never 0; 0 for an empty slot. */
  hashes: Int32Array = new Int32Array(MIN_CAPACITY);
  /** Key and value of each slot, side by side. */
  entries: (K | V | undefined)[] = emptyEntries(MIN_CAPACITY);
  /** The number of keys in the table. */
  size = 0;

  /** The number of slots: a power of two, at least twice `size`. */
  get capacity(): number {
    return this.hashes.length;
  }

  /** Adds a key that is not in the table. */
  insert(hash: number, key: K, value: V): void {
    if (2 * (this.size + 1) > this.capacity) this.#resize(2 * this.capacity);
    this.size++;
    this.#place(hash, key, value);
  }

  /** Removes the entry in a slot. Other entries may move. */
  removeAt(slot: number): void {
    const { hashes, entries } = this;
    const mask = hashes.length - 1;
    let freeSlot = slot;
    for (let next = freeSlot + 1 & mask; hashes[next] !== 0; next = next + 1 & mask) {
      const home = hashes[next]! & mask;
      // A search for the entry visits the free slot.
      const canMove = (next - home & mask) >= (next - freeSlot & mask);
      if (!canMove) continue;
      hashes[freeSlot] = hashes[next]!;
      entries[2 * freeSlot] = entries[2 * next];
      entries[2 * freeSlot + 1] = entries[2 * next + 1];
      freeSlot = next;
    }
    hashes[freeSlot] = 0;
    entries[2 * freeSlot] = undefined;
    entries[2 * freeSlot + 1] = undefined;
    this.size--;
    if (8 * this.size < this.capacity && this.capacity > MIN_CAPACITY) this.#resize(this.capacity / 2);
  }

  #place(hash: number, key: K, value: V): void {
    const { hashes, entries } = this;
    const mask = hashes.length - 1;
    let slot = hash & mask;
    while (hashes[slot] !== 0) slot = slot + 1 & mask;
    hashes[slot] = hash;
    entries[2 * slot] = key;
    entries[2 * slot + 1] = value;
  }

  #resize(capacity: number): void {
    const { hashes, entries } = this;
    this.hashes = new Int32Array(capacity);
    this.entries = emptyEntries(capacity);
    for (let slot = 0; slot < hashes.length; slot++) {
      if (hashes[slot] !== 0) this.#place(hashes[slot]!, entries[2 * slot] as K, entries[2 * slot + 1] as V);
    }
  }
}

function emptyEntries<E>(capacity: number): (E | undefined)[] {
  return new Array<E | undefined>(2 * capacity).fill(undefined);
}
